"""The whole system under simulated time, with everything going wrong: `siyu simulate`.

One process, one thread, one clock that stands still until it is moved. People of a made-up town do what they do by the doors that
real people have; all loops that workers run take their steps in an order that the seed decides; processes die before and after
their commits, clients lose answers and ask again, whoever messages go to is away, slow or forgetful. In the end the books are
compared with what the people themselves remember (`checks`). The same seed gives the same run, to the last event.
"""
