CREATE TABLE holds (
    seq INTEGER NOT NULL,
    system VARCHAR NOT NULL,
    type VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    space VARCHAR NOT NULL,
    first VARCHAR NOT NULL,
    last VARCHAR NOT NULL,
    change_set VARCHAR NOT NULL,
    since VARCHAR NOT NULL,
    PRIMARY KEY (seq),
    FOREIGN KEY(change_set) REFERENCES change_sets (id)
);
CREATE INDEX holds_of ON holds (change_set);
CREATE TABLE hold_ends (
    change_set VARCHAR NOT NULL,
    at VARCHAR NOT NULL,
    PRIMARY KEY (change_set),
    FOREIGN KEY(change_set) REFERENCES change_sets (id)
);
CREATE TABLE plan_marks (
    plan VARCHAR NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (plan),
    FOREIGN KEY(plan) REFERENCES plans (id)
);
CREATE TRIGGER holds_final BEFORE UPDATE OR DELETE OR TRUNCATE ON holds
FOR EACH STATEMENT EXECUTE FUNCTION chonai_refuse();
CREATE TRIGGER hold_ends_final BEFORE UPDATE OR DELETE OR TRUNCATE ON hold_ends
FOR EACH STATEMENT EXECUTE FUNCTION chonai_refuse();
UPDATE schema_version SET version = 3;
