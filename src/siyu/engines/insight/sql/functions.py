"""The functions that analysts may call: those that reckon with what they are given and look at nothing else.

A list of what may be called, not of what may not: the engine brings along functions that read files (`file`), ask other servers,
wait (`sleep`) or tell of the installation (`getSetting`), and each new version brings others.
"""

from __future__ import annotations

from typing import Final

COMBINATORS: Final = ("ornull", "ordefault", "distinct", "array", "if")
"""What may stand at the end of an aggregate's name: `sumIf`, `uniqExactIf`, `countDistinct`."""

_NAMES: Final = """
    abs acos addDate addDays addHours addMinutes addMonths addQuarters addSeconds addWeeks addYears age and any
    any_value anyHeavy anyLast argMax argMin array arrayAll arrayAvg arrayCompact arrayConcat arrayCount arrayCumSum
    arrayDifference arrayDistinct arrayElement arrayEnumerate arrayExists arrayFilter arrayFirst arrayFirstIndex
    arrayFlatten arrayIntersect arrayJoin arrayLast arrayLastIndex arrayMap arrayMax arrayMin arrayPopBack
    arrayPopFront arrayPushBack arrayPushFront arrayReverse arrayReverseSort arraySlice arraySort arrayStringConcat
    arraySum arrayUniq arrayZip ascii asin assumeNotNull atan avg avgWeighted bar bitAnd bitCount bitNot bitOr
    bitShiftLeft bitShiftRight bitTest bitXor boundingRatio cast cbrt ceil ceiling char cityHash64 coalesce concat
    concatWithSeparator corr cos count countEqual countMatches countSubstrings covarPop covarSamp cume_dist
    current_date current_timestamp cutQueryString cutWWW date_add date_sub dateDiff dateName dateTrunc day
    dayOfMonth dayOfWeek dayOfYear decodeURLComponent degrees dense_rank divide domain domainWithoutWWW
    dynamicElement dynamicType empty endsWith entropy equals exp exp10 exp2 extract extractAll extractURLParameter
    first_value floor format formatDateTime formatReadableQuantity fromUnixTimestamp fromUnixTimestamp64Milli gcd
    greater greaterOrEquals greatest groupArray groupArraySample groupArraySorted groupBitAnd groupBitOr groupBitXor
    groupUniqArray has hasAll hasAny hasSubstr hasToken hex histogram hour if ifNull ilike indexOf initcap intDiv
    intDivOrZero isFinite isInfinite isNaN isNotNull isNull kurtPop kurtSamp lag lagInFrame last_value lcm lead
    leadInFrame least left leftPad length lengthUTF8 less lessOrEquals like ln locate log log10 log2 lower lowerUTF8
    lpad ltrim makeDate makeDateTime mannWhitneyUTest map mapContains mapKeys mapValues match max max2 median
    medianExact min min2 minus minute mod modulo month monthName multiIf multiply murmurHash3_64 negate not notEmpty
    notEquals notILike notLike now nth_value ntile nullIf or parseDateTimeBestEffort parseDateTimeBestEffortOrNull
    path percent_rank pi plus position positionUTF8 pow power quantile quantileDeterministic quantileExact
    quantileExactHigh quantileExactLow quantileExactWeighted quantiles quantilesExact quantilesTDigest
    quantileTDigest quarter radians range rank rankCorr replace replaceAll replaceOne replaceRegexpAll
    replaceRegexpOne retention reverse reverseUTF8 right rightPad round roundBankers roundDown row_number rpad rtrim
    second sequenceCount sequenceMatch sign simpleLinearRegression sin sipHash64 skewPop skewSamp splitByChar
    splitByString sqrt startsWith stddevPop stddevSamp studentTTest subDate substring substringUTF8 subtractDays
    subtractHours subtractMinutes subtractMonths subtractQuarters subtractSeconds subtractWeeks subtractYears sum
    sumKahan sumMap sumWithOverflow tan timeSlot toBool toDate toDateOrNull toDateTime toDateTime64 toDateTimeOrNull
    today toDayOfMonth toDayOfWeek toDayOfYear toDaysInMonth toDecimal32 toDecimal64 toFloat32 toFloat64
    toFloat64OrDefault toFloat64OrNull toFloat64OrZero toHour toInt16 toInt32 toInt64 toInt64OrDefault toInt64OrNull
    toInt64OrZero toInt8 toIntervalDay toIntervalHour toIntervalMinute toIntervalMonth toIntervalQuarter
    toIntervalSecond toIntervalWeek toIntervalYear toISOWeek toISOYear toLastDayOfMonth toMinute toMonday toMonth
    topK topKWeighted toQuarter toRelativeDayNum toRelativeMonthNum toRelativeWeekNum toSecond toStartOfDay
    toStartOfFifteenMinutes toStartOfFiveMinutes toStartOfHour toStartOfInterval toStartOfMinute toStartOfMonth
    toStartOfQuarter toStartOfWeek toStartOfYear toString toTimeZone toTypeName toUInt16 toUInt32 toUInt64
    toUInt64OrZero toUInt8 toUnixTimestamp toUnixTimestamp64Milli toWeek toYear toYearWeek toYYYYMM toYYYYMMDD
    transform trim trimBoth trimLeft trimRight truncate tuple tupleElement uniq uniqCombined uniqCombined64
    uniqExact uniqHLL12 uniqUpTo upper upperUTF8 varPop varSamp week welchTTest widthBucket windowFunnel xor year
    yesterday
"""


def plain(name: str) -> str:
    """A function's name however it is written: `DATE_TRUNC` is `dateTrunc`."""
    return name.lower().replace("_", "")


FUNCTIONS: Final = frozenset(plain(name) for name in _NAMES.split())


def is_function(name: str) -> bool:
    """Whether analysts may call it."""
    known = plain(name)
    if known in FUNCTIONS:
        return True
    return any(known.endswith(ending) and is_function(known.removesuffix(ending)) for ending in COMBINATORS)
