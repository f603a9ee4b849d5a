BEGIN TRANSACTION;
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
INSERT INTO "approvals" VALUES('20260401-personnel',0,'suzuki','["leavers"]','-----BEGIN SSH SIGNATURE-----
','2026-03-31T18:00:00+09:00');
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
INSERT INTO "change_sets" VALUES('20260401-personnel','personnel','sato','2026-03-25T10:30:15.000250+09:00',NULL,'sha256:be5042bf6917dd8ebbde170766e34faa78f93777a1a0b533a6cc4bf6509b7480','{"author":"sato","created_at":"2026-03-25T10:30:15.000250+09:00","id":"20260401-personnel","not_before":null,"operation":"personnel","plans":[{"brakes":[],"changes":[{"action":"move","after":{"enabled":true,"parent":"ou:b","title":"課長"},"before":{"logonCount":3,"parent":"ou:a","title":null},"guard":"sha256:12","key":{"id":"5f0e7c1a-0000-4000-8000-000000000001","type":"user"},"needs":[],"reason":"異動: 税務課→市民課、発令 2026-04-01 (𠮷田)","secrets":[]},{"action":"create","after":{"displayName":"髙﨑　德子","empty":[],"memberOf":["group:1","group:2"]},"before":{},"guard":"","key":{"id":"new:1-002001","type":"user"},"needs":[0],"reason":"採用 2026-04-01","secrets":["initial_password"]},{"action":"update","after":{"member":["user:new:1-002001"]},"before":{"member":[]},"guard":"","key":{"id":"5f0e7c1a-0000-4000-8000-0000000000aa","type":"group"},"needs":[1],"reason":"採用","secrets":[]}],"inputs":{"発令.csv":"sha256:56"},"labels":{},"observed":"sha256:34","operation":"personnel","problems":[],"scope":{"group":{"attributes":["member"],"label":["name"],"place":[],"references":["member"],"secrets":[],"unique":[]},"user":{"attributes":["displayName","enabled","parent"],"label":["name"],"place":["parent"],"references":["parent"],"secrets":["initial_password"],"unique":[["parent","name"],["sAMAccountName"]]}},"system":"lgwan_ad","warnings":[{"code":"example.warning","fields":{"row":7,"why":{"code":"example.inner","fields":{"name":"外字"}}}}]},{"brakes":[],"changes":[{"action":"move","after":{"enabled":true,"parent":"ou:b","title":"課長"},"before":{"logonCount":3,"parent":"ou:a","title":null},"guard":"sha256:12","key":{"id":"5f0e7c1a-0000-4000-8000-000000000001","type":"user"},"needs":[],"reason":"異動: 税務課→市民課、発令 2026-04-01 (𠮷田)","secrets":[]}],"inputs":{"発令.csv":"sha256:56"},"labels":{},"observed":"sha256:34","operation":"personnel","problems":[],"scope":{"group":{"attributes":["member"],"label":["name"],"place":[],"references":["member"],"secrets":[],"unique":[]},"user":{"attributes":["displayName","enabled","parent"],"label":["name"],"place":["parent"],"references":["parent"],"secrets":["initial_password"],"unique":[["parent","name"],["sAMAccountName"]]}},"system":"ext_ad","warnings":[{"code":"example.warning","fields":{"row":7,"why":{"code":"example.inner","fields":{"name":"外字"}}}}]}],"rule":{"kind":"second_person","watcher":false},"schema":1,"start_by":null,"undo_of":null}');
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
INSERT INTO "journal" VALUES(1,'sealed','20260401-personnel','','sato','2026-03-31T18:00:00+09:00','{"changes":{"ext_ad":1,"lgwan_ad":3},"digest":"sha256:be5042bf6917dd8ebbde170766e34faa78f93777a1a0b533a6cc4bf6509b7480","signature":"-----BEGIN SSH SIGNATURE-----\n","undo_of":null}','sha256:0000000000000000000000000000000000000000000000000000000000000000','sha256:551e2f1d226a7a69e327f7c8b9f0b9154e116919f57763082c705e809cac6af8');
INSERT INTO "journal" VALUES(2,'approved','20260401-personnel','','suzuki','2026-03-31T18:00:00+09:00','{"digest":"sha256:be5042bf6917dd8ebbde170766e34faa78f93777a1a0b533a6cc4bf6509b7480","releases":["leavers"],"signature":"-----BEGIN SSH SIGNATURE-----\n"}','sha256:551e2f1d226a7a69e327f7c8b9f0b9154e116919f57763082c705e809cac6af8','sha256:310290ed22e834ea64e423b0ef9c57f1eeaacf8c0a06796073c692e3d78c2b95');
INSERT INTO "journal" VALUES(3,'started','20260401-personnel','lgwan_ad','sato','2026-03-31T18:00:00+09:00','{}','sha256:310290ed22e834ea64e423b0ef9c57f1eeaacf8c0a06796073c692e3d78c2b95','sha256:3c707c4c84989168f273361b603ef6ee14fad1d9e10d6de8edc4ec804213ea02');
INSERT INTO "journal" VALUES(4,'outcome','20260401-personnel','lgwan_ad','sato','2026-03-31T18:00:00+09:00','{"done":[0,1,2],"keys":{"user:new:1-002001":"user:5f0e7c1a-0000-4000-8000-000000000002"}}','sha256:3c707c4c84989168f273361b603ef6ee14fad1d9e10d6de8edc4ec804213ea02','sha256:beaba672ac62bbf6512d5f33086e536cb4c9ce2705c07a84083775a37b335e84');
INSERT INTO "journal" VALUES(5,'finished','20260401-personnel','lgwan_ad','sato','2026-03-31T18:00:00+09:00','{}','sha256:beaba672ac62bbf6512d5f33086e536cb4c9ce2705c07a84083775a37b335e84','sha256:f9075091dab942377c3c0883860db9cefdc9185da0e46318dc79d3bf7ac8d792');
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
INSERT INTO "plans" VALUES('plan-1ece599260a0aafd30a964df','lgwan_ad','personnel','2026-03-31T18:00:00+09:00','{"brakes":[],"changes":[{"action":"move","after":{"enabled":true,"parent":"ou:b","title":"課長"},"before":{"logonCount":3,"parent":"ou:a","title":null},"guard":"sha256:12","key":{"id":"5f0e7c1a-0000-4000-8000-000000000001","type":"user"},"needs":[],"reason":"異動: 税務課→市民課、発令 2026-04-01 (𠮷田)","secrets":[]},{"action":"create","after":{"displayName":"髙﨑　德子","empty":[],"memberOf":["group:1","group:2"]},"before":{},"guard":"","key":{"id":"new:1-002001","type":"user"},"needs":[0],"reason":"採用 2026-04-01","secrets":["initial_password"]},{"action":"update","after":{"member":["user:new:1-002001"]},"before":{"member":[]},"guard":"","key":{"id":"5f0e7c1a-0000-4000-8000-0000000000aa","type":"group"},"needs":[1],"reason":"採用","secrets":[]}],"inputs":{"発令.csv":"sha256:56"},"labels":{},"observed":"sha256:34","operation":"personnel","problems":[],"scope":{"group":{"attributes":["member"],"label":["name"],"place":[],"references":["member"],"secrets":[],"unique":[]},"user":{"attributes":["displayName","enabled","parent"],"label":["name"],"place":["parent"],"references":["parent"],"secrets":["initial_password"],"unique":[["parent","name"],["sAMAccountName"]]}},"system":"lgwan_ad","warnings":[{"code":"example.warning","fields":{"row":7,"why":{"code":"example.inner","fields":{"name":"外字"}}}}]}');
CREATE TABLE schema_version (
	version INTEGER NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "schema_version" VALUES(1);
CREATE TABLE seals (
	change_set VARCHAR NOT NULL, 
	author VARCHAR NOT NULL, 
	signature VARCHAR NOT NULL, 
	PRIMARY KEY (change_set), 
	FOREIGN KEY(change_set) REFERENCES change_sets (id)
);
INSERT INTO "seals" VALUES('20260401-personnel','sato','-----BEGIN SSH SIGNATURE-----
');
CREATE TABLE secrets (
	change_set VARCHAR NOT NULL, 
	system VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	ciphertext BLOB NOT NULL, 
	PRIMARY KEY (change_set, system, "key")
);
CREATE INDEX journal_of ON journal (change_set, system, seq);
CREATE TRIGGER journal_no_update BEFORE update ON journal
BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
CREATE TRIGGER journal_no_delete BEFORE delete ON journal
BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
CREATE TRIGGER change_sets_no_update BEFORE update ON change_sets
BEGIN SELECT RAISE(ABORT, 'change_sets is append-only'); END;
CREATE TRIGGER change_sets_no_delete BEFORE delete ON change_sets
BEGIN SELECT RAISE(ABORT, 'change_sets is append-only'); END;
CREATE TRIGGER seals_no_update BEFORE update ON seals
BEGIN SELECT RAISE(ABORT, 'seals is append-only'); END;
CREATE TRIGGER seals_no_delete BEFORE delete ON seals
BEGIN SELECT RAISE(ABORT, 'seals is append-only'); END;
CREATE TRIGGER approvals_no_update BEFORE update ON approvals
BEGIN SELECT RAISE(ABORT, 'approvals is append-only'); END;
CREATE TRIGGER approvals_no_delete BEFORE delete ON approvals
BEGIN SELECT RAISE(ABORT, 'approvals is append-only'); END;
CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal WHEN EXISTS (SELECT 1 FROM journal WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
CREATE TRIGGER change_sets_no_replace BEFORE INSERT ON change_sets WHEN EXISTS (SELECT 1 FROM change_sets WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'change_sets is append-only'); END;
CREATE TRIGGER seals_no_replace BEFORE INSERT ON seals WHEN EXISTS (SELECT 1 FROM seals WHERE change_set = NEW.change_set)
BEGIN SELECT RAISE(ABORT, 'seals is append-only'); END;
CREATE TRIGGER approvals_no_replace BEFORE INSERT ON approvals WHEN EXISTS (SELECT 1 FROM approvals WHERE change_set = NEW.change_set AND number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'approvals is append-only'); END;
COMMIT;
