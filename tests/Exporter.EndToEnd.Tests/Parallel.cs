// Most of a test end to end is waiting for a poll, a scrape or a limit, so more of them run at once than there are cores.
[assembly: Xunit.v3.Parallelization(MaxThreads = 4)]
