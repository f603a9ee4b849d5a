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
    "plan" VARCHAR NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY ("plan"),
    FOREIGN KEY("plan") REFERENCES plans (id)
);
CREATE TRIGGER holds_no_update BEFORE update ON holds
BEGIN SELECT RAISE(ABORT, 'holds is append-only'); END;
CREATE TRIGGER holds_no_delete BEFORE delete ON holds
BEGIN SELECT RAISE(ABORT, 'holds is append-only'); END;
CREATE TRIGGER holds_no_replace BEFORE INSERT ON holds WHEN EXISTS (SELECT 1 FROM holds WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'holds is append-only'); END;
CREATE TRIGGER hold_ends_no_update BEFORE update ON hold_ends
BEGIN SELECT RAISE(ABORT, 'hold_ends is append-only'); END;
CREATE TRIGGER hold_ends_no_delete BEFORE delete ON hold_ends
BEGIN SELECT RAISE(ABORT, 'hold_ends is append-only'); END;
CREATE TRIGGER hold_ends_no_replace BEFORE INSERT ON hold_ends WHEN EXISTS (SELECT 1 FROM hold_ends WHERE change_set = NEW.change_set)
BEGIN SELECT RAISE(ABORT, 'hold_ends is append-only'); END;
UPDATE schema_version SET version = 3;
