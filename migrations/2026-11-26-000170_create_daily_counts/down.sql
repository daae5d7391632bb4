DROP TABLE daily_marks;
DROP TABLE daily_counts;
