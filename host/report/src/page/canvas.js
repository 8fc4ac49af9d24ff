// The drawing itself: candles, volume and marks on the library's canvas.

const BARS_AROUND = 40;

/** What the canvas needs of the style: a canvas knows no variables. */
function palette() {
    const style = getComputedStyle(document.documentElement);
    return Object.fromEntries(
        ["paper", "ink", "soft", "line", "rise", "fall", "volume", ...LABELS, UNKNOWN].map((name) => [
            name,
            style.getPropertyValue(`--${name}`).trim(),
        ]),
    );
}

function look(colours) {
    return {
        layout: {
            background: { color: colours.paper },
            textColor: colours.soft,
            fontSize: 11,
            fontFamily: getComputedStyle(document.body).fontFamily,
            panes: { separatorColor: colours.line, enableResize: false },
            // the notice stands in the footer; the logo's link would tell its site where this page lies
            attributionLogo: false,
        },
        grid: { vertLines: { color: colours.line }, horzLines: { color: colours.line } },
        rightPriceScale: { borderColor: colours.line },
        timeScale: { borderColor: colours.line },
    };
}

function candleLook(colours) {
    return {
        upColor: colours.paper,
        downColor: colours.fall,
        borderUpColor: colours.rise,
        borderDownColor: colours.fall,
        wickUpColor: colours.rise,
        wickDownColor: colours.fall,
    };
}

/** Whether a bar has all four prices. */
function drawable(bar) {
    return Array.isArray(bar) && bar.slice(1, 5).length === 4 && bar.slice(1, 5).every(known);
}

/** Strictly ascending seconds, as the library wants them: where two bars share a second the later moves on. */
function ascending(bars) {
    let last = -Infinity;
    return bars.map((bar) => {
        last = Math.max(dated(bar?.[0]) ? Math.floor(bar[0]) : last + 1, last + 1);
        return Number.isFinite(last) ? last : (last = 0);
    });
}

/** Decimals that show five digits of a price, from 2 to 8. */
function decimals(bars) {
    const prices = bars
        .filter(drawable)
        .map((bar) => Math.abs(bar[4]))
        .filter((price) => price > 0);
    if (prices.length === 0) {
        return 2;
    }
    return Math.min(Math.max(4 - Math.floor(Math.log10(prices[prices.length >> 1])), 2), 8);
}

function mark(said, time, colours) {
    const neutral = !(said.direction > 0 || said.direction < 0);
    const up = said.direction > 0;
    return {
        time,
        color: colours[labelOf(said)],
        size: 1,
        position: neutral ? "inBar" : up ? "belowBar" : "aboveBar",
        shape: neutral ? "circle" : up ? "arrowUp" : "arrowDown",
    };
}

/** A drawing on `box`; `told` gets the index of the bar under the pointer, or null. */
function canvas(box, told) {
    const { createChart, createSeriesMarkers, CandlestickSeries, HistogramSeries } = window.LightweightCharts;
    let [shown, times, timed, marks] = [{ bars: [] }, [], false, []];
    const tick = (time, kind) => {
        const [from, to] = [
            [0, 4],
            [0, 7],
            [5, 10],
        ][kind] ?? [11, 16]; // year, month, day, else time of day
        return new Date(time * 1000).toISOString().slice(from, to);
    };
    const chart = createChart(box, {
        ...look(palette()),
        autoSize: true,
        localization: { locale: "en-US", timeFormatter: (time) => iso(time, timed) },
        crosshair: { mode: 0 },
    });
    chart.timeScale().applyOptions({ tickMarkFormatter: tick, rightOffset: 3, minBarSpacing: 0.05 });
    const candles = chart.addSeries(CandlestickSeries, {
        ...candleLook(palette()),
        priceLineVisible: false,
        lastValueVisible: false,
    });
    const volume = chart.addSeries(
        HistogramSeries,
        { color: palette().volume, priceFormat: { type: "volume" }, priceLineVisible: false, lastValueVisible: false },
        1,
    );
    chart.panes()[0].setStretchFactor(4);
    chart.panes()[1].setStretchFactor(1);
    const pins = createSeriesMarkers(candles, []);
    chart.subscribeCrosshairMove((at) => told(known(at.logical) && shown.bars[at.logical] ? at.logical : null));

    function paint() {
        const colours = palette();
        chart.applyOptions(look(colours));
        candles.applyOptions(candleLook(colours));
        volume.applyOptions({ color: colours.volume });
        const drawn = marks.filter((said) => drawable(shown.bars[said.bar]));
        pins.setMarkers(drawn.map((said) => mark(said, times[said.bar], colours)));
        document.documentElement.dataset.marks = String(drawn.length);
    }

    return {
        paint,
        bars(symbol) {
            [shown, times] = [symbol, ascending(symbol.bars)];
            timed = symbol.bars.some((bar) => dated(bar?.[0]) && bar[0] % 86400 !== 0);
            const precision = decimals(symbol.bars);
            candles.applyOptions({ priceFormat: { type: "price", precision, minMove: 10 ** -precision } });
            chart.timeScale().applyOptions({ timeVisible: timed });
            pins.setMarkers([]);
            candles.setData(
                symbol.bars.map((bar, at) =>
                    drawable(bar)
                        ? { time: times[at], open: bar[1], high: bar[2], low: bar[3], close: bar[4] }
                        : { time: times[at] },
                ),
            );
            volume.setData(
                symbol.bars.map((bar, at) =>
                    known(bar?.[5]) ? { time: times[at], value: bar[5] } : { time: times[at] },
                ),
            );
            document.documentElement.dataset.bars = String(symbol.bars.filter(drawable).length);
            return timed;
        },
        marks(said) {
            marks = said;
            paint();
        },
        picture() {
            return chart.takeScreenshot();
        },
        last(count) {
            const to = shown.bars.length + 2;
            chart.timeScale().setVisibleLogicalRange({ from: count ? Math.max(to - count, -1) : -1, to });
        },
        show(said) {
            chart.timeScale().setVisibleLogicalRange({ from: said.bar - BARS_AROUND, to: said.bar + BARS_AROUND });
            if (drawable(shown.bars[said.bar])) {
                chart.setCrosshairPosition(shown.bars[said.bar][4], times[said.bar], candles);
            }
        },
    };
}
