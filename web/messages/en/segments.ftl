# Segments: rules that say which followers are meant
nav-segments = Segments
segments-text = Rules that find followers by what you know of them. Write to a segment, and whoever it means at that moment gets it.
segments-none = No segments yet
segments-none-text = For example: everybody who has the tag “VIP” and has not written for 30 days.
segment-new = New segment
segment-change = Change the segment
segment-form-text = Add conditions one by one. The count below follows what you choose.
segment-name = Segment
segment-rule = Whom it means
segment-write = Write to it
segment-count = How many
segment-count-hint = Counted now, follower by follower. It changes as people follow, write and are tagged.
segment-members = Who
segment-member = Follower
segment-openid = Openid
segment-since = Follows since
segment-nameless = (no name)
segment-none = Nobody at the moment.
segment-none-here = Nobody among the followers looked at so far.
segment-first = From the beginning
segment-more = Further
segment-remove-title = Remove this segment?
segment-remove-text = “{ $name }” is removed from the list. Broadcasts that are planned to it still go to whom its rule means. A menu for it is shown to nobody.
field-segment_name = Name of the segment
count-all = { $count ->
    [one] { $number } follower
   *[other] { $number } followers
}
count-at-least = counting… at least { $number }
count-unknown = Choose whom you mean to see how many they are.
count-go-on = Go on counting
rule-join = A follower is meant when
rule-join-all = all conditions hold
rule-join-any = any condition holds
rule-conditions = Conditions
rule-none = There are none yet. Add the first one below.
rule-add-label = Another condition
rule-add = Add
rule-remove = Take out
rule-turn = Is or is not
rule-value = Which
rule-from = From
rule-until = Before
rule-scene = Scene
rule-days = days
rule-kind-tag = Tag
rule-kind-source = How they came
rule-kind-scene = Came by the scene
rule-kind-between = Began to follow between
rule-kind-followed-for = Follows for at least
rule-kind-followed-within = Began to follow in the last
rule-kind-wrote = Wrote in the last
rule-kind-silent = Has not written for
rule-kind-language = Language
rule-kind-platform = Platform
rule-tag-yes = has
rule-tag-no = has not
rule-source-yes = by
rule-source-no = not by
rule-language-yes = is
rule-language-no = is not
rule-sentence = Followers who { $rule }
rule-and = { $one } and { $other }
rule-or = { $one } or { $other }
rule-says-tag = have the tag “{ $name }”
rule-says-tag-not = do not have the tag “{ $name }”
rule-says-source = came by: { $name }
rule-says-source-not = did not come by: { $name }
rule-says-scene = came by the scene “{ $name }”
rule-says-between = began to follow from { $from } until before { $until }
rule-says-since = began to follow on { $name } or later
rule-says-before = began to follow before { $name }
rule-says-followed-for = { $count ->
    [one] have followed for at least { $count } day
   *[other] have followed for at least { $count } days
}
rule-says-followed-within = { $count ->
    [one] began to follow in the last day
   *[other] began to follow in the last { $count } days
}
rule-says-wrote = { $count ->
    [one] wrote in the last day
   *[other] wrote in the last { $count } days
}
rule-says-silent = { $count ->
    [one] have not written for a day
   *[other] have not written for { $count } days
}
rule-says-language = speak { $name }
rule-says-language-not = do not speak { $name }
rule-says-platform = are on { $name }
platform-ios = iOS
platform-android = Android
platform-other = another platform
language-zh = Chinese
language-zh-cn = Chinese (China)
language-zh-tw = Chinese (Taiwan)
language-zh-hk = Chinese (Hong Kong)
language-en = English
language-ja = Japanese
language-ko = Korean
language-fr = French
language-de = German
language-es = Spanish
language-id = Indonesian
language-vi = Vietnamese
invalid-segment_name = A segment's name has 1 to 60 characters.
invalid-segment_tag = Choose one of the account's tags.
invalid-segment = This segment is gone. Choose another.
invalid-conditions = A segment has 1 to 10 conditions.
invalid-between = Choose a first day, a last day, or both, in this order.
invalid-days = Choose 1 to 3,650 days.
invalid-language = Choose a language.
conflict-segment_taken = There is a segment of this name already.
conflict-too_many_segments = An account has at most 100 segments. Remove one first.
done-segment-removed = The segment is removed.
