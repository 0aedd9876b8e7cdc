ALTER TABLE users
    ADD COLUMN email_confirmed  boolean NOT NULL DEFAULT false,
    ADD COLUMN is_admin         boolean NOT NULL DEFAULT false,
    ADD COLUMN name             text    NOT NULL DEFAULT '',
    ADD COLUMN time_zone        text    NOT NULL DEFAULT 'UTC',
    ADD COLUMN language         text    NOT NULL DEFAULT 'en';

-- A session is good for the security stamp that its user had when it began: whoever changes the password or the address
-- ends all others in the same statement, those included that begin at that moment.
ALTER TABLE sessions
    ADD COLUMN security_stamp  text,
    ADD COLUMN last_seen_at    timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN user_agent      text,
    ADD COLUMN ip              text;
UPDATE sessions AS s SET security_stamp = u.security_stamp FROM users AS u WHERE u.id = s.user_id;
ALTER TABLE sessions ALTER COLUMN security_stamp SET NOT NULL;

-- One-time tokens for the first administrator, one per start of a node until there is one; SHA-256 of 256 random bits.
CREATE TABLE admin_invitations (
    hash        bytea NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT admin_invitations_pk PRIMARY KEY (hash),
    CONSTRAINT admin_invitations_hash_length CHECK (octet_length(hash) = 32)
);
