"""How much one server takes upon itself."""

MOST_BODY = 3 * 1024 * 1024  # bytes of a request; upstream's limit
MOST_WATCHES = 1000  # at a time, logs that are followed and commands that run included
MOST_BATCH = 200  # requests that are saved at once
MOST_CHANGES = 100  # that are sent at once to a watch that lags behind
LONGEST_WATCH = 3600.0  # seconds; upstream's are half an hour to an hour
BOOKMARKS = 60.0  # seconds between two bookmarks
POLL = 0.1  # seconds between two checks of what others have saved
BREATH = 0.02  # seconds that clients have to act on an event before the clock jumps on
# So long (s) nothing has happened before the clock jumps past rest for somebody who waits for something, so far (ms).
REACHES = ((3.0, 3_600_000), (0.25, 60_000))
LEAST_POLL = 0.05  # seconds after which a program that asks the same again is taken to wait for something
POLLED = 3.0  # seconds for which it is taken to wait on
MOST_POLLS = 1000  # questions of which it is known when they were asked
THREADS = 2  # one has the cluster, another compresses or draws; more would only wait, each with memory of its own
