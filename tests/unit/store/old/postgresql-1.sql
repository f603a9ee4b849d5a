CREATE FUNCTION chonai_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$;
CREATE TABLE change_sets (
    id VARCHAR NOT NULL,
    operation VARCHAR NOT NULL,
    author VARCHAR NOT NULL,
    created_at VARCHAR NOT NULL,
    undo_of VARCHAR,
    digest VARCHAR NOT NULL,
    body VARCHAR NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(undo_of) REFERENCES change_sets (id)
);
CREATE TABLE journal (
    seq INTEGER NOT NULL,
    event VARCHAR NOT NULL,
    change_set VARCHAR NOT NULL,
    system VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    at VARCHAR NOT NULL,
    data VARCHAR NOT NULL,
    previous VARCHAR NOT NULL,
    digest VARCHAR NOT NULL,
    PRIMARY KEY (seq)
);
CREATE INDEX journal_of ON journal (change_set, system, seq);
CREATE TABLE locks (
    system VARCHAR NOT NULL,
    who VARCHAR NOT NULL,
    what VARCHAR NOT NULL,
    host VARCHAR NOT NULL,
    pid INTEGER NOT NULL,
    process VARCHAR NOT NULL,
    since VARCHAR NOT NULL,
    token VARCHAR NOT NULL,
    PRIMARY KEY (system)
);
CREATE TABLE plans (
    id VARCHAR NOT NULL,
    system VARCHAR NOT NULL,
    operation VARCHAR NOT NULL,
    created_at VARCHAR NOT NULL,
    body VARCHAR NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE schema_version (
    version INTEGER NOT NULL,
    PRIMARY KEY (version)
);
CREATE TABLE secrets (
    change_set VARCHAR NOT NULL,
    system VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    ciphertext BYTEA NOT NULL,
    PRIMARY KEY (change_set, system, key)
);
CREATE TABLE approvals (
    change_set VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    principal VARCHAR NOT NULL,
    releases VARCHAR NOT NULL,
    signature VARCHAR NOT NULL,
    at VARCHAR NOT NULL,
    PRIMARY KEY (change_set, number),
    FOREIGN KEY(change_set) REFERENCES change_sets (id)
);
CREATE TABLE seals (
    change_set VARCHAR NOT NULL,
    author VARCHAR NOT NULL,
    signature VARCHAR NOT NULL,
    PRIMARY KEY (change_set),
    FOREIGN KEY(change_set) REFERENCES change_sets (id)
);
CREATE TRIGGER journal_final BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
FOR EACH STATEMENT EXECUTE FUNCTION chonai_refuse();
CREATE TRIGGER change_sets_final BEFORE UPDATE OR DELETE OR TRUNCATE ON change_sets
FOR EACH STATEMENT EXECUTE FUNCTION chonai_refuse();
CREATE TRIGGER seals_final BEFORE UPDATE OR DELETE OR TRUNCATE ON seals
FOR EACH STATEMENT EXECUTE FUNCTION chonai_refuse();
CREATE TRIGGER approvals_final BEFORE UPDATE OR DELETE OR TRUNCATE ON approvals
FOR EACH STATEMENT EXECUTE FUNCTION chonai_refuse();
INSERT INTO schema_version VALUES (1);
