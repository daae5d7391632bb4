# Figures: numbers, charts, ranges
unit-millis = { $count } ms
unit-seconds = { $first } s
unit-minutes = { $first } min
unit-minutes-seconds = { $first } min { $second } s
unit-hours = { $first } h
unit-hours-minutes = { $first } h { $second } min
unit-days = { $first } d
unit-days-hours = { $first } d { $second } h
chart-day = Day
chart-table = Show as a table
chart-empty = Nothing in these days.
chart-most = { $name }: at most { $most }, { $label }.
chart-nothing = { $name }: nothing.
range-label = Days
range-days = { $count } days
range-own = Other days
range-from = From
range-to = To
range-compare = Compare with the days before
range-compare-with = { $count ->
    [one] Compare with the day before
   *[other] Compare with the { $count } days before
}
range-alone = Without comparison
range-apply = Show
range-before = Before
range-bad-date = Give both days.
range-bad-days = Choose at most { $count } days, the last one today at the latest.
