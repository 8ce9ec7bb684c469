// What the report does beyond being read: sorting, filtering, the theme, and hypotheses. It asks
// nothing of any network; what is written down stays in this browser until it is saved as a file.
"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const about = JSON.parse($("#about").textContent);
  const key = `lethe-hypotheses:${about.before}:${about.after}:${about.dataset}:${about.digest}`;

  // A file opened from disk may have no storage; then marks last as long as the page.
  const storage = {
    read(name) { try { return localStorage.getItem(name); } catch { return null; } },
    write(name, value) { try { localStorage.setItem(name, value); return true; } catch { return false; } },
  };

  // The theme: that of the system until the reader chooses.
  const themeButton = $("#theme");
  const systemIsDark = () => matchMedia("(prefers-color-scheme: dark)").matches;
  const setTheme = (theme) => {
    if (theme) document.documentElement.dataset.theme = theme;
    const dark = (theme || (systemIsDark() ? "dark" : "light")) === "dark";
    themeButton.textContent = dark ? "Light" : "Dark";
    themeButton.setAttribute("aria-label", dark ? "Use the light theme" : "Use the dark theme");
  };
  setTheme(storage.read("lethe-theme"));
  themeButton.addEventListener("click", () => {
    const now = document.documentElement.dataset.theme || (systemIsDark() ? "dark" : "light");
    const next = now === "dark" ? "light" : "dark";
    storage.write("lethe-theme", next);
    setTheme(next);
  });

  // Tables: a click on a heading sorts, empty cells last.
  for (const table of $$("table.sortable")) {
    $$("th button", table).forEach((button, column) => button.addEventListener("click", () => {
      const th = button.parentElement;
      const descending = th.getAttribute("aria-sort") === "ascending";
      for (const other of $$("th", table)) other.removeAttribute("aria-sort");
      th.setAttribute("aria-sort", descending ? "descending" : "ascending");
      const body = table.tBodies[0];
      const numeric = th.classList.contains("n");
      const value = (row) => {
        const cell = row.cells[column];
        const text = cell.dataset.v ?? cell.textContent;
        return text === "" ? null : numeric ? Number(text) : text;
      };
      const rows = Array.from(body.rows).map((row) => [value(row), row]);
      rows.sort(([a], [b]) => {
        if (a === null || b === null) return (a === null) - (b === null);
        const order = numeric ? a - b : a < b ? -1 : a > b ? 1 : 0;
        return descending ? -order : order;
      });
      body.append(...rows.map(([, row]) => row));
    }));
  }

  // The heading that is read.
  const links = new Map($$("nav.points a").map((link) => [link.hash.slice(1), link]));
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      for (const link of links.values()) link.removeAttribute("aria-current");
      links.get(entry.target.id)?.setAttribute("aria-current", "true");
    }
  }, { rootMargin: "-20% 0px -70% 0px" });
  for (const section of $$("main section")) seen.observe(section);

  // The gallery.
  const cards = $$(".card");
  const filters = $("#filters");
  const shownCards = () => cards.filter((card) => !card.hidden);
  const filter = () => {
    const data = new FormData(filters);
    const least = Number(data.get("confidence"));
    $("#confidence-shown").textContent = least.toFixed(2);
    for (const card of cards) {
      const d = card.dataset;
      card.hidden = !((!data.get("label") || d.label === data.get("label"))
        && (!data.get("predicted") || d.predicted === data.get("predicted"))
        && (!data.get("subject") || d.subject === data.get("subject"))
        && (!data.get("au") || d.aus.split(" ").includes(data.get("au")))
        && Number(d.confidence) >= least
        && (!data.get("marked") || card.classList.contains("marked")));
    }
    const shown = shownCards().length;
    $("#shown").textContent = `${shown} of ${cards.length} pictures`;
    $("#none").hidden = shown > 0;
  };
  if (filters) {
    filters.addEventListener("input", filter);
    filters.addEventListener("reset", () => setTimeout(filter));
    filters.addEventListener("submit", (event) => event.preventDefault());
  }

  // Hypotheses and marks.
  let state = { hypotheses: [], marked: [], draft: "" };
  try { state = { ...state, ...JSON.parse(storage.read(key) || "{}") }; } catch { /* begin anew */ }
  const form = $("#hypothesis");
  const list = $("#hypotheses-saved");
  const save = () => {
    const kept = storage.write(key, JSON.stringify(state));
    $("#storage").hidden = kept;
  };
  const showMarks = () => {
    for (const card of cards) {
      const isMarked = state.marked.includes(Number(card.dataset.id));
      card.classList.toggle("marked", isMarked);
      const button = $(".mark", card);
      button.setAttribute("aria-pressed", String(isMarked));
      button.textContent = isMarked ? "Marked" : "Mark";
    }
    $("#marked-count").textContent = String(state.marked.length);
  };
  const toggle = (card) => {
    const id = Number(card.dataset.id);
    state.marked = state.marked.includes(id)
      ? state.marked.filter((other) => other !== id) : [...state.marked, id];
    save();
    showMarks();
    if (filters && new FormData(filters).get("marked")) filter();
  };
  const showHypotheses = () => {
    list.replaceChildren(...state.hypotheses.map((hypothesis, index) => {
      const item = document.createElement("li");
      const text = document.createElement("div");
      text.textContent = hypothesis.text;
      const more = document.createElement("div");
      more.className = "about";
      const units = hypothesis.aus.map((au) => `AU${au}`).join(", ");
      more.textContent = `${hypothesis.direction === "less" ? "less of" : "more of"} ${units} · `
        + `${hypothesis.samples.length} marked pictures `;
      const remove = document.createElement("button");
      remove.type = "button";
      remove.className = "quiet";
      remove.textContent = "Remove";
      remove.setAttribute("aria-label", `Remove hypothesis ${index + 1}`);
      remove.addEventListener("click", () => {
        state.hypotheses.splice(index, 1);
        save();
        showHypotheses();
      });
      more.append(remove);
      item.append(text, more);
      return item;
    }));
    $("#save-hypotheses").disabled = state.hypotheses.length === 0;
  };
  for (const card of cards) $(".mark", card).addEventListener("click", () => toggle(card));
  form.elements.text.value = state.draft;
  form.addEventListener("input", () => {
    state.draft = form.elements.text.value;
    save();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const data = new FormData(form);
    const aus = data.getAll("au").map(Number);
    const problem = aus.length === 0 ? "Choose at least one action unit." : "";
    $("#problem").textContent = problem;
    if (problem) return;
    state.hypotheses.push({
      text: String(data.get("text")).trim(), aus, direction: String(data.get("direction")),
      samples: [...state.marked],
    });
    state.draft = "";
    form.reset();
    save();
    showHypotheses();
  });
  $("#save-hypotheses").addEventListener("click", () => {
    const file = {
      format: "lethe-hypotheses-1", before: about.before, after: about.after,
      dataset: about.dataset, split: about.split, hypotheses: state.hypotheses,
    };
    const link = document.createElement("a");
    link.href = URL.createObjectURL(
      new Blob([JSON.stringify(file, null, 2) + "\n"], { type: "application/json" }));
    link.download = `hypotheses-${about.before}-${about.after}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });

  // Keys: j and k (or arrows on a picture) walk the gallery, m marks, ? tells.
  const walk = (step) => {
    const shown = shownCards();
    if (!shown.length) return;
    const at = shown.indexOf(document.activeElement?.closest?.(".card"));
    const next = shown[at < 0 ? 0 : Math.min(shown.length - 1, Math.max(0, at + step))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };
  const columns = () => {
    const [first, ...rest] = shownCards();
    if (!first) return 1;
    const next = rest.findIndex((card) => card.offsetTop > first.offsetTop);
    return next < 0 ? rest.length + 1 : next + 1;
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select")) return;
    const card = document.activeElement?.closest?.(".card");
    const steps = { j: 1, k: -1 };
    if (card) Object.assign(steps, {
      ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns(), ArrowUp: -columns(),
    });
    if (event.key in steps) {
      event.preventDefault();
      walk(steps[event.key]);
    } else if (event.key === "m" && card) {
      toggle(card);
    }
  });

  showMarks();
  showHypotheses();
  if (filters) filter();
  document.documentElement.dataset.ready = "true";
})();
