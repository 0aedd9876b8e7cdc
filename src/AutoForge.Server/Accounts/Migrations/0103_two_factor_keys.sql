-- An authenticator app: pending until its first code was right. secret is sealed with the key ring. last_step is the time
-- step of the last code that was accepted: a code is good once.
CREATE TABLE authenticators (
    account_id    uuid  NOT NULL,
    user_id       uuid  NOT NULL,
    secret        bytea NOT NULL,
    last_step     bigint NOT NULL DEFAULT 0,
    confirmed_at  timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT authenticators_pk PRIMARY KEY (account_id, user_id),
    CONSTRAINT authenticators_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

-- hash is SHA-256: a code has 79 random bits. A row is deleted when its code is used.
CREATE TABLE recovery_codes (
    account_id  uuid  NOT NULL,
    user_id     uuid  NOT NULL,
    hash        bytea NOT NULL,
    CONSTRAINT recovery_codes_pk PRIMARY KEY (account_id, user_id, hash),
    CONSTRAINT recovery_codes_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

-- Keys of before could do everything, and still can.
ALTER TABLE api_keys
    ADD COLUMN scopes      text[] NOT NULL DEFAULT '{full}',
    ADD COLUMN expires_at  timestamptz,
    ADD CONSTRAINT api_keys_has_scopes CHECK (cardinality(scopes) > 0);
