DROP TABLE broadcast_links;
