"""Makes bars.csv: one day of one-minute bars of a made-up index, with what a gamma profile would have said on each.

Five days of half-hour bars lie before it and two after it, since a prediction over a session is judged when the next
session is over. The same bytes on every machine: its own generator, and only + - * / on numbers.
"""

from datetime import datetime, timedelta
from pathlib import Path

SESSION_MINUTES = 390
FIRST_MINUTE = 14 * 60 + 30  # UTC, winter in New York
FLIP, CALL_WALL, PUT_SUPPORT = 4_960.0, 5_050.0, 4_885.0
GAMMA_USD = 4e9  # what exposure tends to, far from the flip
GAMMA_WIDTH = 0.005  # the distance from the flip at which half of it is reached, as a ratio

# minute of the session, price: the way that the noise is laid over
CALM = [[(0, a), (390, b)] for a, b in [(4_992, 5_006), (5_008, 4_998), (5_000, 5_021), (5_018, 5_012), (5_014, 5_030)]]
DAY = [(0, 5_026), (45, 5_020), (110, 4_984), (150, 4_968), (185, 4_950), (215, 4_930), (235, 4_921), (262, 4_887),
       (280, 4_897), (315, 4_917), (350, 4_912), (390, 4_924)]
AFTER = [[(0, 4_931), (120, 4_948), (250, 4_978), (390, 4_986)], [(0, 4_990), (390, 5_004)]]

state = 7


def uniform():
    """0 to 1, without 1. Knuth's MMIX constants; the high bits are the good ones."""
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
    return (state // 2**32) / 2**32


def between(way, minute):
    """The price of the way at a minute."""
    for (start, low), (end, high) in zip(way, way[1:]):
        if minute <= end:
            return low + (high - low) * (minute - start) / (end - start)
    return way[-1][1]


def exposure(price):
    """Dollars per move of 1 %: none at the flip, positive above it."""
    distance = (price - FLIP) / FLIP
    return GAMMA_USD * distance / (GAMMA_WIDTH + abs(distance))


def session(day, way, step):
    """The bars of a day, each of so many minutes and known at its end."""
    close, noise = way[0][1], 0.0
    for minute in range(step, SESSION_MINUTES + 1, step):
        opened = close
        # noise that forgets: a tenth is gone each minute
        noise = 0.9 * noise + (uniform() + uniform() - 1) * 1.2
        close = between(way, minute) + noise
        spread = 1.6 if step == 1 else 5.0
        high = max(opened, close) + spread * uniform() * uniform()
        low = min(opened, close) - spread * uniform() * uniform()
        volume = int(step * (900 + 500 * uniform() + 300 * abs(close - opened)))
        known = day + timedelta(minutes=FIRST_MINUTE + minute)
        prices = [round(price * 100) / 100 for price in (opened, high, low, close)]
        close = prices[3]
        levels = [f"{FLIP:.0f}", f"{(close - FLIP) / close:.6f}", f"{CALL_WALL:.0f}", f"{PUT_SUPPORT:.0f}"]
        total = str(round(exposure(close) / 1e6) * 1_000_000)
        cells = [f"{known:%Y-%m-%dT%H:%M:%SZ}", "INDX", *(f"{price:.2f}" for price in prices), str(volume)]
        yield ",".join([*cells, total, *levels])


days = ["01-31", "02-01", "02-02", "02-05", "02-06", "02-07", "02-08", "02-09"]
lines = ["time,symbol,open,high,low,close,volume,gex.total,gex.flip,gex.flip_distance,gex.call_wall,gex.put_support"]
for name, way in zip(days, [*CALM, DAY, *AFTER]):
    lines += session(datetime.fromisoformat(f"2024-{name}"), way, 1 if way is DAY else 30)
Path(__file__).with_name("bars.csv").write_text("\n".join(lines) + "\n")
