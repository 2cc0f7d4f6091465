(function () {
  var box = document.getElementById("search"), list = document.getElementById("search-results");
  var data = document.getElementById("search-entries");
  if (!box || !data) return;
  var entries = JSON.parse(data.textContent).map(function (e) { e.h = (e.t + " " + e.k).toLowerCase(); return e; });
  var shown = [], at = -1;
  box.closest("form").hidden = false;

  function score(entry, words) {
    var total = 0;
    for (var i = 0; i < words.length; i++) {
      var place = entry.h.indexOf(words[i]);
      if (place < 0) return 0;
      var starts = place === 0 || !/[a-z0-9]/.test(entry.h[place - 1]);
      total += (starts ? 2 : 1) + (entry.t.toLowerCase().indexOf(words[i]) >= 0 ? 2 : 0);
    }
    return total;
  }

  function draw() {
    var words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    shown = words.length ? entries.map(function (e, i) { return { e: e, s: score(e, words), i: i }; })
      .filter(function (r) { return r.s > 0; })
      .sort(function (a, b) { return b.s - a.s || a.i - b.i; }).slice(0, 8) : [];
    at = -1;
    list.textContent = "";
    shown.forEach(function (r, i) {
      var item = document.createElement("li");
      item.id = "search-" + i;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      if (r.e.v) {
        var sign = document.createElement("span");
        sign.className = r.e.v;
        sign.innerHTML = '<svg class="glyph" role="img"><use href="#v-' + r.e.v + '"></use></svg>';
        sign.firstChild.setAttribute("aria-label", r.e.w);
        item.appendChild(sign);
      }
      var link = document.createElement("a");
      link.href = r.e.u; link.tabIndex = -1; link.textContent = r.e.t;
      item.appendChild(link);
      list.appendChild(item);
    });
    if (words.length && !shown.length) {
      var none = document.createElement("li");
      none.className = "muted"; none.textContent = "Nothing has these words.";
      list.appendChild(none);
    }
    list.hidden = !words.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
    box.removeAttribute("aria-activedescendant");
  }

  function mark(to) {
    if (!shown.length) return;
    if (at >= 0) list.children[at].setAttribute("aria-selected", "false");
    at = (to + shown.length) % shown.length;
    list.children[at].setAttribute("aria-selected", "true");
    box.setAttribute("aria-activedescendant", "search-" + at);
  }

  box.addEventListener("input", draw);
  box.addEventListener("focus", function () { if (box.value) draw(); });
  box.addEventListener("keydown", function (event) {
    if (event.key === "ArrowDown") { mark(at + 1); event.preventDefault(); }
    else if (event.key === "ArrowUp") { mark(at < 0 ? shown.length - 1 : at - 1); event.preventDefault(); }
    else if (event.key === "Escape") { list.hidden = true; box.setAttribute("aria-expanded", "false"); }
    else if (event.key === "Enter" && at >= 0) { location.href = shown[at].e.u; event.preventDefault(); }
  });
  document.addEventListener("click", function (event) {
    if (!event.target.closest("#search-form")) { list.hidden = true; box.setAttribute("aria-expanded", "false"); }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) { box.focus(); event.preventDefault(); }
  });
})();
