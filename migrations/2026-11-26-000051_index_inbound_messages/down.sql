DROP INDEX messages_inbound;
