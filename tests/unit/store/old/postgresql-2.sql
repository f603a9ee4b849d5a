CREATE TABLE disclosures (
    change_set VARCHAR NOT NULL,
    body VARCHAR NOT NULL,
    PRIMARY KEY (change_set),
    FOREIGN KEY(change_set) REFERENCES change_sets (id)
);
CREATE TABLE given_ids (
    seq INTEGER NOT NULL,
    system VARCHAR NOT NULL,
    attribute VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    owner VARCHAR NOT NULL,
    person VARCHAR NOT NULL,
    since VARCHAR NOT NULL,
    change_set VARCHAR NOT NULL,
    formerly VARCHAR NOT NULL,
    PRIMARY KEY (seq)
);
CREATE INDEX given_ids_of ON given_ids (system, value);
CREATE TRIGGER given_ids_final BEFORE UPDATE OR DELETE OR TRUNCATE ON given_ids
FOR EACH STATEMENT EXECUTE FUNCTION chonai_refuse();
CREATE TRIGGER disclosures_final BEFORE UPDATE OR DELETE OR TRUNCATE ON disclosures
FOR EACH STATEMENT EXECUTE FUNCTION chonai_refuse();
UPDATE schema_version SET version = 2;
