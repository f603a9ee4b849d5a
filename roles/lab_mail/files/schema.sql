-- The accounts of a mail server: what docs/systems/mail.md describes. Read by Postfix, Dovecot and web mail.
-- psql variables: domain, service_password, admin_password.
\set ON_ERROR_STOP on
CREATE ROLE admin LOGIN PASSWORD :'admin_password';
CREATE ROLE "svc-chonai" LOGIN PASSWORD :'service_password';
CREATE ROLE mailreader LOGIN;
CREATE ROLE webmail LOGIN;
CREATE DATABASE mail OWNER admin;
\connect mail
SET ROLE admin;

CREATE TABLE domain (
  name text PRIMARY KEY CHECK (name ~ '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$'),
  active boolean NOT NULL DEFAULT true
);

-- One row for each main address: a person with a box (user), or a section that has members instead (group).
CREATE TABLE mailbox (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  domain text NOT NULL REFERENCES domain ON DELETE CASCADE,
  type text NOT NULL CHECK (type IN ('user', 'group')),
  name text NOT NULL CHECK (name ~ '^[a-z0-9_]+([.+-]+[a-z0-9_]+)*$' AND length(name) <= 64),
  password text,
  display_name text, family_name text, given_name text, kana text, department text, title text,
  staff_key text,
  section_code text,
  enabled boolean NOT NULL DEFAULT true,
  when_disabled text NOT NULL DEFAULT 'accept' CHECK (when_disabled IN ('accept', 'bounce')),
  listed boolean NOT NULL DEFAULT true,
  quota_mb integer CHECK (quota_mb > 0),
  forward text CHECK (forward LIKE '_%@_%'),
  forward_until date,
  CONSTRAINT mailbox_name UNIQUE (domain, name),
  CONSTRAINT mailbox_staff_key UNIQUE (domain, staff_key),
  CONSTRAINT mailbox_password CHECK ((type = 'user') = (password IS NOT NULL)),
  CONSTRAINT mailbox_forward_ends CHECK ((forward IS NULL) = (forward_until IS NULL))
);

-- Further addresses, up to and including a date where there is one.
CREATE TABLE alias (
  domain text NOT NULL REFERENCES domain ON DELETE CASCADE,
  name text NOT NULL CHECK (name ~ '^[a-z0-9_]+([.+-]+[a-z0-9_]+)*$' AND length(name) <= 64),
  mailbox uuid NOT NULL REFERENCES mailbox ON DELETE CASCADE,
  until date,
  CONSTRAINT alias_name PRIMARY KEY (domain, name)
);
CREATE INDEX alias_mailbox ON alias (mailbox);

CREATE TABLE member (
  section uuid NOT NULL REFERENCES mailbox ON DELETE CASCADE,
  member uuid NOT NULL REFERENCES mailbox ON DELETE CASCADE,
  PRIMARY KEY (section, member)
);
CREATE INDEX member_member ON member (member);

CREATE TABLE note (
  mailbox uuid NOT NULL REFERENCES mailbox ON DELETE CASCADE,
  note text NOT NULL,
  PRIMARY KEY (mailbox, note)
);

-- Who has ever had an address. Written by triggers only, whoever changes the tables above.
CREATE TABLE address_history (
  domain text NOT NULL,
  name text NOT NULL,
  owner uuid NOT NULL,
  type text NOT NULL,
  staff_key text,
  since timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (domain, name, owner)
);
-- What was deleted, and when: mail-purge removes the box of such a one later.
CREATE TABLE removed (
  id uuid PRIMARY KEY,
  domain text NOT NULL,
  type text NOT NULL,
  name text NOT NULL,
  removed_at timestamptz NOT NULL DEFAULT now()
);

-- An address that a person has had is never another's; who has the same staff key is the same person. A section's
-- may become another section's once it is free, because sections are named by codes and a reorganisation gives codes anew.
CREATE FUNCTION hold_address() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE holder uuid; kind text; person text;
BEGIN
  IF TG_TABLE_NAME = 'mailbox' THEN holder := NEW.id; kind := NEW.type; person := NEW.staff_key;
  ELSE SELECT m.id, m.type, m.staff_key INTO holder, kind, person FROM mailbox m WHERE m.id = NEW.mailbox;
  END IF;
  IF EXISTS (SELECT FROM mailbox m WHERE m.domain = NEW.domain AND m.name = NEW.name AND m.id <> holder)
     OR EXISTS (SELECT FROM alias a WHERE a.domain = NEW.domain AND a.name = NEW.name AND a.mailbox <> holder) THEN
    RAISE unique_violation USING CONSTRAINT = 'address_taken', MESSAGE = 'somebody has this address', DETAIL = NEW.name;
  END IF;
  IF EXISTS (SELECT FROM address_history h WHERE h.domain = NEW.domain AND h.name = NEW.name AND h.owner <> holder
             AND NOT (h.type = 'group' AND kind = 'group') AND (h.staff_key = person) IS NOT TRUE) THEN
    RAISE unique_violation USING CONSTRAINT = 'address_never_again', MESSAGE = 'somebody had this address', DETAIL = NEW.name;
  END IF;
  INSERT INTO address_history (domain, name, owner, type, staff_key) VALUES (NEW.domain, NEW.name, holder, kind, person)
    ON CONFLICT DO NOTHING;
  RETURN NEW;
END $$;
-- A person whose staff key changes is still the one who had those addresses.
CREATE FUNCTION follow_staff_key() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  UPDATE address_history SET staff_key = NEW.staff_key WHERE owner = NEW.id AND staff_key IS DISTINCT FROM NEW.staff_key;
  RETURN NULL;
END $$;
CREATE INDEX address_history_owner ON address_history (owner);
CREATE TRIGGER follow_staff_key AFTER UPDATE OF staff_key ON mailbox FOR EACH ROW EXECUTE FUNCTION follow_staff_key();
CREATE TRIGGER hold_address BEFORE INSERT OR UPDATE OF domain, name ON mailbox FOR EACH ROW EXECUTE FUNCTION hold_address();
CREATE TRIGGER hold_address BEFORE INSERT OR UPDATE OF domain, name, mailbox ON alias FOR EACH ROW EXECUTE FUNCTION hold_address();

CREATE FUNCTION remember_removal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN DELETE FROM removed WHERE id = NEW.id;
  ELSE INSERT INTO removed (id, domain, type, name) VALUES (OLD.id, OLD.domain, OLD.type, OLD.name);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER remember_removal AFTER INSERT OR DELETE ON mailbox FOR EACH ROW EXECUTE FUNCTION remember_removal();

-- Postfix would follow sections that are members of each other until it gives up.
CREATE FUNCTION refuse_circle() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF (SELECT m.type FROM mailbox m WHERE m.id = NEW.member) = 'group' AND EXISTS (
    WITH RECURSIVE below (id) AS (
      SELECT NEW.member UNION SELECT m.member FROM member m JOIN below b ON m.section = b.id
    )
    SELECT FROM below WHERE id = NEW.section
  ) THEN
    RAISE check_violation USING CONSTRAINT = 'member_circle', MESSAGE = 'sections would be members of each other';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refuse_circle BEFORE INSERT OR UPDATE ON member FOR EACH ROW EXECUTE FUNCTION refuse_circle();

-- What the daemons read. Dates are the server's: its time zone is the city's.
CREATE VIEW login AS
  SELECT domain, name, password FROM mailbox WHERE type = 'user' AND enabled;
CREATE VIEW box AS
  SELECT id, domain, name, quota_mb FROM mailbox WHERE type = 'user' AND (enabled OR when_disabled = 'accept');
CREATE VIEW forwarding AS
  SELECT id, domain, name, forward, forward_until FROM mailbox
  WHERE type = 'user' AND forward IS NOT NULL AND forward_until >= current_date;
CREATE VIEW delivery (domain, name, destination) AS
  SELECT domain, name, forward FROM forwarding
  UNION ALL
  SELECT b.domain, b.name, b.name || '@' || b.domain FROM box b JOIN forwarding f USING (id)
  UNION ALL
  SELECT a.domain, a.name, m.name || '@' || m.domain FROM alias a JOIN mailbox m ON m.id = a.mailbox
  WHERE a.until IS NULL OR a.until >= current_date
  UNION ALL
  SELECT s.domain, s.name, m.name || '@' || m.domain
  FROM mailbox s JOIN member ON member.section = s.id JOIN mailbox m ON m.id = member.member
  WHERE s.type = 'group' AND s.enabled AND (m.type = 'group' OR m.enabled OR m.when_disabled = 'accept' OR m.forward_until >= current_date);
-- What web mail shows.
CREATE VIEW address_book AS
  SELECT type, name || '@' || domain AS address, display_name, kana, department, title FROM mailbox WHERE listed;

GRANT SELECT ON domain TO "svc-chonai";
GRANT INSERT, UPDATE, DELETE ON mailbox TO "svc-chonai";
-- Passwords can be set and not be read.
GRANT SELECT (id, domain, type, name, display_name, family_name, given_name, kana, department, title, staff_key, section_code,
  enabled, when_disabled, listed, quota_mb, forward, forward_until) ON mailbox TO "svc-chonai";
GRANT SELECT, INSERT, UPDATE, DELETE ON alias, member, note TO "svc-chonai";
GRANT SELECT ON domain, login, box, delivery TO mailreader;
GRANT SELECT ON address_book TO webmail;

INSERT INTO domain (name) VALUES (:'domain');
