-- Users are found by e-mail address before their account is known, so their key does not start with the account.
CREATE TABLE users (
    id                    uuid NOT NULL,
    account_id            uuid NOT NULL,
    email                 text NOT NULL,
    normalized_email      text NOT NULL,
    user_name             text NOT NULL,
    normalized_user_name  text NOT NULL,
    password_hash         text NOT NULL,
    security_stamp        text NOT NULL,
    concurrency_stamp     text NOT NULL,
    created_at            timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT users_pk PRIMARY KEY (id),
    CONSTRAINT users_email_unique UNIQUE (normalized_email),
    CONSTRAINT users_user_name_unique UNIQUE (normalized_user_name),
    CONSTRAINT users_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id)
);
CREATE INDEX users_by_account ON users (account_id);

-- A sign-in. Cookies, access tokens and refresh tokens name it and die with it.
CREATE TABLE sessions (
    account_id  uuid NOT NULL,
    id          uuid NOT NULL,
    user_id     uuid NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz NOT NULL,
    CONSTRAINT sessions_pk PRIMARY KEY (account_id, id),
    CONSTRAINT sessions_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX sessions_by_user ON sessions (user_id);

-- hash is SHA-256 of the whole key: 166 random bits need no slow hash. hint is what the list shows.
CREATE TABLE api_keys (
    account_id    uuid  NOT NULL,
    id            uuid  NOT NULL,
    user_id       uuid  NOT NULL,
    name          text  NOT NULL,
    hash          bytea NOT NULL,
    hint          text  NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    last_used_at  timestamptz,
    CONSTRAINT api_keys_pk PRIMARY KEY (account_id, id),
    CONSTRAINT api_keys_hash_unique UNIQUE (hash),
    CONSTRAINT api_keys_hash_length CHECK (octet_length(hash) = 32),
    CONSTRAINT api_keys_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) WITH (fillfactor = 90);

-- Keys that sign and encrypt cookies and tokens, shared by all nodes; the XML holds them encrypted.
CREATE TABLE data_protection_keys (
    name        text NOT NULL,
    xml         text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT data_protection_keys_pk PRIMARY KEY (name)
);
