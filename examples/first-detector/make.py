"""Makes bars.csv: 250 made-up daily bars that trend for some weeks, turn, and trend again.

The same bytes on every machine: its own generator, and only + - * / on numbers. Prices are in cents until they are
written.
"""

from datetime import date, timedelta
from pathlib import Path

BARS = 250
DRIFT = 0.0022  # a day, as a ratio of the price; the sign turns with each leg
LEG = (22, 45)  # days of a leg, shortest and longest

state = 20240102


def uniform():
    """0 to 1, without 1. Knuth's MMIX constants; the high bits are the good ones."""
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
    return (state // 2**32) / 2**32


def noise():
    """About normal, with a deviation of 1: the sum of twelve uniforms less six."""
    return sum(uniform() for _ in range(12)) - 6


day, price, sign, left = date(2024, 1, 1), 10_000, 1, 30
lines = ["time,symbol,open,high,low,close,volume"]
while len(lines) <= BARS:
    day += timedelta(days=1)
    if day.weekday() >= 5:
        continue
    if left == 0:
        sign, left = -sign, LEG[0] + int(uniform() * (LEG[1] - LEG[0]))
    left -= 1
    opened = price + int(price * 0.002 * noise())
    close = opened + int(opened * (sign * DRIFT + 0.009 * noise()))
    high = max(opened, close) + int(opened * 0.008 * uniform())
    low = min(opened, close) - int(opened * 0.008 * uniform())
    volume = 800_000 + int(400_000 * uniform()) + abs(close - opened) * 2_000
    prices = ",".join(f"{cents // 100}.{cents % 100:02}" for cents in (opened, high, low, close))
    lines.append(f"{day},DEMO,{prices},{volume}")
    price = close
Path(__file__).with_name("bars.csv").write_text("\n".join(lines) + "\n")
