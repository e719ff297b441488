-- The witness log. Rows are added and never changed: the triggers below refuse everything else.
CREATE TABLE IF NOT EXISTS request (          -- one row per API call that reached the sandbox
    no INTEGER PRIMARY KEY, at TEXT NOT NULL, real_at TEXT NOT NULL, provider TEXT NOT NULL,
    request_id TEXT NOT NULL, content TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS email (            -- one row per recipient of a mail/send call
    seq INTEGER PRIMARY KEY, request_no INTEGER NOT NULL REFERENCES request, at TEXT NOT NULL, real_at TEXT NOT NULL,
    kind TEXT NOT NULL, key TEXT, batch TEXT, address TEXT NOT NULL, role TEXT NOT NULL, personal TEXT NOT NULL,
    fate TEXT, code TEXT, say TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS email_address ON email (address, seq);
CREATE INDEX IF NOT EXISTS email_batch ON email (batch) WHERE kind = 'accepted';
CREATE TABLE IF NOT EXISTS text (             -- one row per text, either way, and per refused one
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, real_at TEXT NOT NULL, kind TEXT NOT NULL, key TEXT, sid TEXT,
    direction TEXT NOT NULL, person TEXT NOT NULL, sender TEXT NOT NULL, service TEXT, body TEXT NOT NULL,
    parts INTEGER NOT NULL, callback TEXT, code TEXT, say TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS text_person ON text (person, seq);
CREATE INDEX IF NOT EXISTS text_sid ON text (sid);
CREATE TABLE IF NOT EXISTS act (              -- what a person did in a mail program
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, real_at TEXT NOT NULL, kind TEXT NOT NULL, email_seq INTEGER NOT NULL,
    key TEXT, address TEXT NOT NULL, status INTEGER, say TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS act_email ON act (email_seq);
CREATE TABLE IF NOT EXISTS block (            -- STOP and START, per person and sender (a number or a service)
    no INTEGER PRIMARY KEY, at TEXT NOT NULL, person TEXT NOT NULL, scope TEXT NOT NULL, blocked INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS event (            -- what happened to an email or text afterwards
    no INTEGER PRIMARY KEY, at TEXT NOT NULL, provider TEXT NOT NULL, about INTEGER NOT NULL, name TEXT NOT NULL,
    code TEXT, target TEXT, payload TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS event_about ON event (about);
CREATE TABLE IF NOT EXISTS posting (          -- every webhook call made; final: it will not be tried again
    no INTEGER PRIMARY KEY, at TEXT NOT NULL, real_at TEXT NOT NULL, target TEXT NOT NULL, events TEXT NOT NULL,
    attempt INTEGER NOT NULL, status INTEGER, say TEXT, final INTEGER NOT NULL
) STRICT;
