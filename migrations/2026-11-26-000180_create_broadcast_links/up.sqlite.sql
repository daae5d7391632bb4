-- The links of a broadcast whose clicks are counted: each is a short address here that leads on.
-- How often one was followed is in the tallies, as `clicked`, under its token.
CREATE TABLE broadcast_links (
    token TEXT PRIMARY KEY,
    account_id INTEGER NOT NULL,
    broadcast_id INTEGER NOT NULL REFERENCES broadcasts (id),
    place INTEGER NOT NULL,
    url TEXT NOT NULL,
    UNIQUE (broadcast_id, place)
) STRICT;
