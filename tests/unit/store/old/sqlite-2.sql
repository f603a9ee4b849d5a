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
CREATE TRIGGER given_ids_no_update BEFORE update ON given_ids
BEGIN SELECT RAISE(ABORT, 'given_ids is append-only'); END;
CREATE TRIGGER given_ids_no_delete BEFORE delete ON given_ids
BEGIN SELECT RAISE(ABORT, 'given_ids is append-only'); END;
CREATE TRIGGER given_ids_no_replace BEFORE INSERT ON given_ids WHEN EXISTS (SELECT 1 FROM given_ids WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'given_ids is append-only'); END;
CREATE TRIGGER disclosures_no_update BEFORE update ON disclosures
BEGIN SELECT RAISE(ABORT, 'disclosures is append-only'); END;
CREATE TRIGGER disclosures_no_delete BEFORE delete ON disclosures
BEGIN SELECT RAISE(ABORT, 'disclosures is append-only'); END;
CREATE TRIGGER disclosures_no_replace BEFORE INSERT ON disclosures WHEN EXISTS (SELECT 1 FROM disclosures WHERE change_set = NEW.change_set)
BEGIN SELECT RAISE(ABORT, 'disclosures is append-only'); END;
UPDATE schema_version SET version = 2;
