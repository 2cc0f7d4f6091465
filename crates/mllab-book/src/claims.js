(function () {
  "use strict";
  var form = document.getElementById("filter");
  if (!form) return;
  var rows = Array.prototype.slice.call(document.querySelectorAll("#rows > li"));
  var list = document.getElementById("rows"), count = document.getElementById("count");
  var verdicts = ["fails", "depends", "negligible", "undecided", "holds"];
  rows.forEach(function (row, i) { row.dataset.at = i; });

  function chosen() {
    var boxes = form.querySelectorAll("input[name=verdict]:checked");
    return Array.prototype.map.call(boxes, function (box) { return box.value; });
  }

  function draw() {
    var wanted = chosen(), domain = form.domain.value, order = form.order.value, asked = form.q.value.trim(), n = 0;
    var place = {};
    if (asked) window.mllab.find(asked).hits.forEach(function (hit, i) { place[hit.id] = i; });
    rows.forEach(function (row) {
      var fits = (!wanted.length || wanted.indexOf(row.dataset.verdict) >= 0)
        && (!domain || row.dataset.domain === domain)
        && (!asked || place[row.dataset.id] !== undefined);
      row.hidden = !fits;
      if (fits) n += 1;
    });
    rows.slice().sort(function (a, b) {
      var first = asked && !order ? place[a.dataset.id] - place[b.dataset.id] : 0;
      if (order === "verdict") first = verdicts.indexOf(a.dataset.verdict) - verdicts.indexOf(b.dataset.verdict);
      if (order === "words") first = a.querySelector(".row-title").textContent.localeCompare(b.querySelector(".row-title").textContent, "en");
      return first || a.dataset.at - b.dataset.at;
    }).forEach(function (row) { list.appendChild(row); });
    count.firstElementChild.textContent = n;
    document.getElementById("none").hidden = n > 0;
    document.getElementById("show-all").hidden = n === rows.length;
    var query = new URLSearchParams();
    wanted.forEach(function (verdict) { query.append("verdict", verdict); });
    if (domain) query.set("domain", domain);
    if (order) query.set("order", order);
    if (asked) query.set("q", asked);
    try { history.replaceState(null, "", location.pathname + (query.toString() ? "?" + query : "")); } catch (e) { /* not from every disk */ }
  }

  var query = new URLSearchParams(location.search);
  query.getAll("verdict").forEach(function (verdict) {
    var box = form.querySelector('input[name=verdict][value="' + CSS.escape(verdict) + '"]');
    if (box) box.checked = true;
  });
  ["domain", "order"].forEach(function (name) {
    var known = Array.prototype.some.call(form[name].options, function (option) { return option.value === query.get(name); });
    if (known) form[name].value = query.get(name);
  });
  form.q.value = query.get("q") || "";
  form.hidden = false;
  form.addEventListener("input", draw);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  document.getElementById("show-all").addEventListener("click", function (event) {
    event.preventDefault();
    form.reset();
    form.querySelectorAll("input[name=verdict]").forEach(function (box) { box.checked = false; });
    form.q.value = "";
    draw();
  });
  draw();
})();
