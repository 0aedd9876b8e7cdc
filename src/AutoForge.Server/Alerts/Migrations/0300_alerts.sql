-- Where an account wants to hear of failures and of its money. No row: by e-mail.
CREATE TABLE alert_settings (
    account_id           uuid    NOT NULL,
    email                boolean NOT NULL,
    telegram_connection  text,
    telegram_chat        text,
    CONSTRAINT alert_settings_pk PRIMARY KEY (account_id),
    CONSTRAINT alert_settings_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT alert_settings_telegram CHECK ((telegram_connection IS NULL) = (telegram_chat IS NULL))
);
