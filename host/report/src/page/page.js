// Reads the data of the page and draws one section after the other.

const DIGEST_DIGITS = 12;

function digest(name, value) {
    if (!value) {
        return [];
    }
    const short = make("code", { title: value }, String(value).slice(0, DIGEST_DIGITS));
    return [make("span", {}, make("span", { class: "soft" }, `${name} `), short)];
}

function header(data) {
    const title = data.run === null || data.run === undefined ? "Run" : `Run ${data.run}`;
    document.title = `${title} – Tapewright`;
    place("title", title);
    const begun = data.begun
        ? [
              make(
                  "span",
                  {},
                  make("span", { class: "soft" }, "begun "),
                  make("time", { datetime: data.begun }, data.begun),
              ),
          ]
        : [];
    place("meta", ...begun, ...digest("digest", data.digest), ...digest("key", data.key));
}

const data = JSON.parse(document.getElementById("data").textContent) ?? {};
const patterns = data.patterns ?? [];
header(data);
patternsSection(patterns);
reliabilitySection(patterns);
nodesSection(data.nodes ?? []);
provenanceSection(data.provenance ?? {});
chartSection(data.charts ?? [], data.symbols_left_out ?? 0);
// the canvas is painted within two frames; where no frame comes (a hidden tab) there is nothing to wait for
const frame = () => new Promise((done) => requestAnimationFrame(done));
const pause = new Promise((done) => setTimeout(done, 250));
Promise.race([frame().then(frame), pause]).then(() => {
    document.documentElement.dataset.ready = "true";
});
