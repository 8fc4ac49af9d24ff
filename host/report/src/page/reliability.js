// How often it happened when a plugin said how likely it was.

const SIDE = 190;
const EDGE = 34;

/** Stated probability across, observed share up; points with their Wilson intervals, larger for more. */
function reliabilityPlot(pattern, bins) {
    const across = (share) => EDGE + share * (SIDE - EDGE - 8);
    const up = (share) => SIDE - EDGE - share * (SIDE - EDGE - 8);
    const count_max = Math.max(...bins.map((bin) => bin.count));
    const parts = [0, 0.5, 1].flatMap((share) => [
        draw("line", { class: "grid", x1: across(share), x2: across(share), y1: up(0), y2: up(1) }),
        draw("line", { class: "grid", x1: across(0), x2: across(1), y1: up(share), y2: up(share) }),
        draw("text", { x: across(share), y: SIDE - EDGE + 13, "text-anchor": "middle" }, String(share)),
        draw("text", { x: EDGE - 5, y: up(share) + 3.5, "text-anchor": "end" }, String(share)),
    ]);
    parts.push(draw("line", { class: "ideal", x1: across(0), y1: up(0), x2: across(1), y2: up(1) }));
    for (const bin of bins) {
        const said =
            `stated ${percent(bin.stated)}, observed ${percent(bin.observed)} ` +
            `(${number(bin.hits)} of ${number(bin.count)}; 95 % interval ` +
            `${percent(bin.observed_low)} to ${percent(bin.observed_high)})`;
        const whisker =
            known(bin.observed_low) && known(bin.observed_high)
                ? draw("line", {
                      class: "whisker",
                      x1: across(bin.stated),
                      x2: across(bin.stated),
                      y1: up(bin.observed_low),
                      y2: up(bin.observed_high),
                  })
                : null;
        parts.push(
            draw(
                "g",
                {},
                draw("title", {}, said),
                whisker,
                draw("circle", {
                    class: "point",
                    cx: across(bin.stated),
                    cy: up(bin.observed),
                    r: 2 + 4 * Math.sqrt(bin.count / count_max),
                }),
            ),
        );
    }
    parts.push(draw("text", { x: across(0.5), y: SIDE - 2, "text-anchor": "middle" }, "stated"));
    parts.push(
        draw(
            "text",
            { class: "upright", x: 0, y: 0, transform: `translate(9 ${up(0.5)}) rotate(-90)`, "text-anchor": "middle" },
            "observed",
        ),
    );
    const name = `Reliability of ${pattern.plugin}/${pattern.pattern}`;
    return draw(
        "svg",
        {
            class: "reliability",
            role: "img",
            "aria-label": name,
            width: SIDE,
            height: SIDE,
            viewBox: `0 0 ${SIDE} ${SIDE}`,
        },
        parts,
    );
}

function reliabilitySection(patterns) {
    const plots = patterns
        .map((pattern) => {
            const bins = (pattern.reliability ?? []).filter(
                (bin) => bin.count > 0 && known(bin.stated) && known(bin.observed),
            );
            if (bins.length === 0) {
                return null;
            }
            const count = bins.reduce((sum, bin) => sum + bin.count, 0);
            return make(
                "figure",
                {},
                make(
                    "figcaption",
                    {},
                    patternName(pattern),
                    make("span", { class: "soft" }, `Brier score ${number(pattern.brier, 3)} over ${number(count)}`),
                ),
                reliabilityPlot(pattern, bins),
            );
        })
        .filter((plot) => plot !== null);
    if (plots.length === 0) {
        return place("reliability-body", make("p", {}, "No pattern of this run stated a probability."));
    }
    place(
        "reliability-body",
        make(
            "p",
            { class: "note" },
            "A point on the diagonal means that what was said to be this likely happened this often; the upright " +
                "line is the 95 % Wilson interval, a larger point counts more predictions. Of two Brier scores on " +
                "the same predictions the lower is better.",
        ),
        make("div", { class: "plots" }, plots),
    );
}
