// The table of patterns, and how to read it.

/** "above", "below" or "around": how the interval of the hit rate lies to the base rate. */
function standing(pattern) {
    if (known(pattern.base_rate) && known(pattern.hit_rate_low) && pattern.hit_rate_low > pattern.base_rate) {
        return "above";
    }
    if (known(pattern.base_rate) && known(pattern.hit_rate_high) && pattern.hit_rate_high < pattern.base_rate) {
        return "below";
    }
    return "around";
}

const INTERVAL_WIDTH = 180;

/** The hit rate's interval on a line from 0 to 1, with the base rate as a tick. */
function interval(pattern) {
    const at = (share) => 4 + Math.min(Math.max(share, 0), 1) * (INTERVAL_WIDTH - 8);
    const parts = [0, 0.25, 0.5, 0.75, 1].map((share) =>
        draw("line", { class: "grid", x1: at(share), x2: at(share), y1: 3, y2: 15 }),
    );
    parts.push(draw("line", { class: "grid", x1: at(0), x2: at(1), y1: 9, y2: 9 }));
    if (known(pattern.hit_rate_low) && known(pattern.hit_rate_high)) {
        const [low, high] = [at(pattern.hit_rate_low), at(pattern.hit_rate_high)];
        parts.push(draw("rect", { class: "span", x: low, y: 6, width: Math.max(high - low, 1), height: 6 }));
    }
    if (known(pattern.base_rate)) {
        const base = at(pattern.base_rate);
        parts.push(draw("line", { class: "base", x1: base, x2: base, y1: 1, y2: 17 }));
    }
    if (known(pattern.hit_rate)) {
        parts.push(draw("circle", { class: "rate", cx: at(pattern.hit_rate), cy: 9, r: 3.2 }));
    }
    const said =
        `hit rate ${percent(pattern.hit_rate)}, 95 % interval ${percent(pattern.hit_rate_low)} to ` +
        `${percent(pattern.hit_rate_high)}, base rate ${percent(pattern.base_rate)}`;
    return draw(
        "svg",
        {
            class: `interval ${standing(pattern)}`,
            role: "img",
            "aria-label": said,
            width: INTERVAL_WIDTH,
            height: 18,
            viewBox: `0 0 ${INTERVAL_WIDTH} 18`,
        },
        draw("title", {}, said),
        parts,
    );
}

function scale() {
    return make(
        "span",
        { class: "scale", "aria-hidden": "true" },
        ["0", "50", "100 %"].map((text) => make("span", {}, text)),
    );
}

function patternName(row) {
    return make(
        "span",
        { class: "name", title: row.summary },
        make("span", { class: "plugin" }, `${row.plugin ?? ""}/`),
        make("wbr", {}),
        row.pattern ?? "",
    );
}

function patternsTable(patterns) {
    const rate = (row) => make("span", { class: standing(row) }, percent(row.hit_rate));
    const width = (row) =>
        known(row.hit_rate_low) && known(row.hit_rate_high) ? row.hit_rate_high - row.hit_rate_low : null;
    const columns = [
        { name: "pattern", kind: "first", key: (row) => `${row.plugin}/${row.pattern}`, cell: patternName },
        {
            name: "hit rate",
            kind: "graph",
            hint: "Sorts by the lower end of the 95 % Wilson interval",
            figure: true,
            head: scale(),
            key: (row) => row.hit_rate_low,
            cell: interval,
        },
        {
            name: "rate",
            figure: true,
            hint: "Hits of hits, misses and timeouts",
            key: (row) => row.hit_rate,
            cell: rate,
        },
        {
            name: "95 %",
            figure: true,
            kind: "soft",
            hint: "Wilson interval; sorts by its width",
            key: width,
            cell: (row) =>
                width(row) === null
                    ? NONE
                    : `${number(row.hit_rate_low * 100, 1)} … ${number(row.hit_rate_high * 100, 1)}`,
        },
        {
            name: "base rate",
            figure: true,
            hint: "The same levels applied to all judged rows",
            key: (row) => row.base_rate,
            cell: (row) => make("span", { title: `over ${counted(row.base_rows, "row")}` }, percent(row.base_rate)),
        },
        figure(
            "mean return",
            "forward_return_mean",
            (value) => percent(value, 2, true),
            "Mean forward return in the predicted direction",
        ),
        {
            name: "said",
            figure: true,
            hint: "How often it was said, in warm-up included",
            key: (row) => row.detections,
            cell: (row) =>
                make(
                    "span",
                    { title: `${number(row.warm_up)} of them in warm-up, not judged` },
                    number(row.detections),
                ),
        },
        figure("episodes", "episodes", number, "Overlapping predictions in one direction count once"),
        figure("hits", "hits", number),
        figure("misses", "misses", number),
        figure("timeouts", "timeouts", number, "Neither hit nor miss until the horizon ended"),
        figure("pending", "pending_share", percent, "Share of which the outcome is not known yet"),
        figure("void", "void_share", percent, "Share that cannot be judged"),
        {
            name: "judged by",
            key: (row) => row.rule,
            cell: (row) => [row.rule ?? NONE, make("span", { class: "soft" }, `, ${row.horizon ?? NONE}`)],
        },
    ];
    return table(columns, patterns, "Patterns");
}

/** What the reader of many intervals has to bear in mind. */
function luck(patterns) {
    const count = patterns.filter((pattern) => known(pattern.hit_rate_low) && known(pattern.base_rate)).length;
    if (count < 2) {
        return "";
    }
    return `Of ${count} patterns without any skill about ${number(count * 0.025, 1)} would lie above by luck alone.`;
}

function patternsSection(patterns) {
    if (patterns.length === 0) {
        return place("patterns-table", make("p", {}, "No plugin of this run declares a pattern."));
    }
    place("luck", luck(patterns));
    place("patterns-table", patternsTable(patterns));
}
