DROP TABLE refusals;
DROP TABLE quota_clearances;
DROP TABLE api_usage;
