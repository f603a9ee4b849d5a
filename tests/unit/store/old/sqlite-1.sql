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
    "key" VARCHAR NOT NULL,
    ciphertext BLOB NOT NULL,
    PRIMARY KEY (change_set, system, "key")
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
CREATE TRIGGER journal_no_update BEFORE update ON journal
BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
CREATE TRIGGER journal_no_delete BEFORE delete ON journal
BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal WHEN EXISTS (SELECT 1 FROM journal WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
CREATE TRIGGER change_sets_no_update BEFORE update ON change_sets
BEGIN SELECT RAISE(ABORT, 'change_sets is append-only'); END;
CREATE TRIGGER change_sets_no_delete BEFORE delete ON change_sets
BEGIN SELECT RAISE(ABORT, 'change_sets is append-only'); END;
CREATE TRIGGER change_sets_no_replace BEFORE INSERT ON change_sets WHEN EXISTS (SELECT 1 FROM change_sets WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'change_sets is append-only'); END;
CREATE TRIGGER seals_no_update BEFORE update ON seals
BEGIN SELECT RAISE(ABORT, 'seals is append-only'); END;
CREATE TRIGGER seals_no_delete BEFORE delete ON seals
BEGIN SELECT RAISE(ABORT, 'seals is append-only'); END;
CREATE TRIGGER seals_no_replace BEFORE INSERT ON seals WHEN EXISTS (SELECT 1 FROM seals WHERE change_set = NEW.change_set)
BEGIN SELECT RAISE(ABORT, 'seals is append-only'); END;
CREATE TRIGGER approvals_no_update BEFORE update ON approvals
BEGIN SELECT RAISE(ABORT, 'approvals is append-only'); END;
CREATE TRIGGER approvals_no_delete BEFORE delete ON approvals
BEGIN SELECT RAISE(ABORT, 'approvals is append-only'); END;
CREATE TRIGGER approvals_no_replace BEFORE INSERT ON approvals WHEN EXISTS (SELECT 1 FROM approvals WHERE change_set = NEW.change_set AND number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'approvals is append-only'); END;
INSERT INTO schema_version VALUES (1);
