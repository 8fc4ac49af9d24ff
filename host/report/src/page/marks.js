// What was said on a chart: its colours, its filter and its list.

/** Labels in the order of the legend; each has the colour `--label` of the style. */
const LABELS = ["hit", "miss", "timeout", "void", "pending", "warm-up"];
/** Of a mark whose label is none of them. */
const UNKNOWN = "unknown";
const LIST_MAX = 50;

function labelOf(mark) {
    return LABELS.includes(mark.label) ? mark.label : UNKNOWN;
}

function arrow(direction) {
    if (direction > 0) {
        return "▲";
    }
    return direction < 0 ? "▼" : "●";
}

/** One text for one plugin's pattern, whatever characters their names hold. */
function keyOf(mark) {
    return JSON.stringify([mark.plugin, mark.pattern]);
}

function swatch(label) {
    return make("span", { class: `swatch ${label}`, "aria-hidden": "true" });
}

/** The colours with how many marks have each, and what the shapes mean. */
function legend(marks) {
    const counts = new Map();
    for (const mark of marks) {
        counts.set(labelOf(mark), (counts.get(labelOf(mark)) ?? 0) + 1);
    }
    const labels = [...LABELS, ...(counts.has(UNKNOWN) ? [UNKNOWN] : [])].map((label) =>
        make(
            "span",
            { class: "entry" },
            swatch(label),
            `${label} `,
            make("span", { class: "soft" }, number(counts.get(label) ?? 0)),
        ),
    );
    const shapes = make("span", { class: "entry soft" }, "▲ up  ▼ down  ● neutral");
    return [...labels, shapes];
}

/** Checkboxes, one a pattern of any chart, under their plugins. `changed` gets the set of hidden keys. */
function markFilter(charts, changed) {
    const hidden = new Set();
    const plugins = new Map();
    for (const mark of charts.flatMap((chart) => chart.marks ?? [])) {
        const patterns = plugins.get(mark.plugin) ?? new Map();
        patterns.set(keyOf(mark), mark.pattern);
        plugins.set(mark.plugin, patterns);
    }
    const boxes = [];

    function check(box, checked) {
        box.checked = checked;
        if (checked) {
            hidden.delete(box.value);
        } else {
            hidden.add(box.value);
        }
    }

    function all(some, checked) {
        some.forEach((box) => check(box, checked));
        changed(hidden);
    }

    const groups = [...plugins].map(([plugin, patterns]) => {
        const own = [...patterns].map(([key, pattern]) => {
            const box = make("input", { type: "checkbox", value: key, change: () => all([box], box.checked) });
            box.checked = true;
            boxes.push(box);
            return [box, make("label", {}, box, " ", pattern ?? "")];
        });
        const others = () => own.some(([box]) => !box.checked);
        const whole = make(
            "button",
            {
                type: "button",
                class: "link",
                title: "All of them or none",
                click: () =>
                    all(
                        own.map(([box]) => box),
                        others(),
                    ),
            },
            plugin ?? "",
        );
        return make(
            "div",
            { class: "group" },
            whole,
            own.map(([, label]) => label),
        );
    });
    const every = (text, checked) =>
        make("button", { type: "button", class: "link", click: () => all(boxes, checked) }, text);
    return make(
        "fieldset",
        { class: "filter" },
        make("legend", {}, "Marks drawn: ", every("all", true), " · ", every("none", false)),
        groups,
    );
}

/** The last of what was said, newest first; a click on a time calls `show` with its mark. */
function markList(chart, marks, timed, show) {
    if (marks.length === 0) {
        return [make("p", { class: "note" }, "Nothing was predicted on these rows, or every mark is filtered away.")];
    }
    const time = (mark) => chart.bars[mark.bar]?.[0];
    const last = marks.slice(-LIST_MAX).reverse();
    const columns = [
        {
            name: "said at",
            kind: "first",
            key: (mark) => mark.bar,
            cell: (mark) =>
                make("button", { type: "button", class: "link", click: () => show(mark) }, iso(time(mark), timed)),
        },
        { name: "pattern", key: (mark) => `${mark.plugin}/${mark.pattern}`, cell: patternName },
        { name: "", key: (mark) => mark.direction, cell: (mark) => arrow(mark.direction), hint: "Direction" },
        figure("strength", "strength", (value) => number(value, 2)),
        { name: "became", key: (mark) => labelOf(mark), cell: (mark) => [swatch(labelOf(mark)), labelOf(mark)] },
        figure("forward return", "forward_return", (value) => percent(value, 2, true)),
    ];
    const note =
        marks.length > last.length
            ? `The last ${last.length} of ${number(marks.length)} marks; a click on a time shows it.`
            : `${counted(marks.length, "mark")}; a click on a time shows it.`;
    return [make("p", { class: "note" }, note), table(columns, last, "What was said last")];
}
