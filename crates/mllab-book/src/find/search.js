(function () {
  "use strict";
  var index = DATA;
  var stop = {}; index.stop.forEach(function (word) { stop[word] = true; });
  var endings = ENDINGS;

  function tokens(text) {
    return text.toLowerCase().replace(/²/g, "2").split(/[^\p{L}\p{N}\-_\u2010\u2011\/'’]+/u)
      .map(function (group) { return group.split(/[-_\u2010\u2011\/'’]/).filter(Boolean); })
      .filter(function (group) { return group.length; });
  }

  function stem(word) {
    if (!/^[\x00-\x7f]*$/.test(word) || word.length < 4) return word;
    if (/ours$/.test(word)) word = word.slice(0, -1);
    if (/our$/.test(word) && word.length > 5) word = word.slice(0, -3) + "or";
    var ending = endings.find(function (e) { return word.endsWith(e[0]) && word.length >= e[0].length + 3; });
    if (ending) word = word.slice(0, word.length - ending[0].length) + ending[1];
    else if (/s$/.test(word) && !/(ss|us|is)$/.test(word)) word = word.slice(0, -1);
    var n = word.length;
    if (n > 4 && word[n - 1] === word[n - 2] && "aeiousl".indexOf(word[n - 1]) < 0) return word.slice(0, -1);
    if (n > 4 && word[n - 1] === "e") return word.slice(0, -1);
    return word;
  }

  function spelled(text) {
    var words = [].concat.apply([], tokens(text)), out = [];
    for (var at = 0; at < words.length; at++) {
      var joined = at + 1 < words.length && stem(words[at] + words[at + 1]);
      if (joined && Object.hasOwn(index.words, joined)) { out.push(joined); at++; }
      else if (!stop[words[at]]) out.push(stem(words[at]));
    }
    return out.filter(function (word, i) { return out.indexOf(word) === i; });
  }

  function find(query) {
    var known = [], unknown = [], whole = 0, scores = {};
    spelled(query).sort().forEach(function (word) { (Object.hasOwn(index.words, word) ? known : unknown).push(word); });
    known.forEach(function (word) {
      var there = index.words[word];
      whole += there[0];
      for (var i = 1; i < there.length; i += 2) {
        var score = scores[there[i]] = scores[there[i]] || [0, 0];
        score[0] += there[0]; score[1] += there[0] * there[i + 1];
      }
    });
    var hits = Object.keys(scores).map(Number).filter(function (at) { return 2 * scores[at][0] >= whole; });
    hits.sort(function (a, b) { return scores[b][1] - scores[a][1] || a - b; });
    return { hits: hits.map(function (at) { return index.hits[at]; }), unknown: unknown };
  }

  window.mllab = { find: find, stem: stem };

  function element(name, kind, text) {
    var e = document.createElement(name);
    if (kind) e.className = kind;
    if (text) e.textContent = text;
    return e;
  }

  // A hit as it is shown: chip with its end, statement, what was measured, where it stands.
  function shown(hit) {
    var link = element("a"), top = element("span", "vv");
    link.href = hit.u; link.tabIndex = -1;
    if (hit.v) {
      var chip = element("span", "chip " + hit.v);
      chip.innerHTML = '<svg class="glyph" aria-hidden="true"><use href="#v-' + hit.v + '"></use></svg>';
      chip.appendChild(document.createTextNode(hit.w));
      top.appendChild(chip);
      if (hit.e) top.appendChild(element("span", "go-on " + hit.v, hit.e));
    } else {
      top.appendChild(element("span", "kind", hit.w));
    }
    link.appendChild(top);
    link.appendChild(element("b", "st", hit.t));
    if (hit.m) { var measured = element("span", "ms"); measured.innerHTML = hit.m; link.appendChild(measured); }
    if (hit.l) link.appendChild(element("small", "", hit.l));
    return link;
  }

  document.querySelectorAll("form.search").forEach(function (form, nth) {
    var box = form.querySelector("input"), list = form.querySelector("ul"), said = form.querySelector("[role=status]");
    var hits = [], at = -1, most = form.classList.contains("big") ? 5 : 6;
    form.hidden = false;

    function close() { list.hidden = true; said.hidden = true; box.setAttribute("aria-expanded", "false"); }

    function draw() {
      var query = box.value.trim(), found = find(query);
      hits = found.hits.slice(0, most); at = -1; list.textContent = "";
      hits.forEach(function (hit, i) {
        var item = element("li"); item.id = list.id + "-" + i;
        item.setAttribute("role", "option"); item.setAttribute("aria-selected", "false");
        item.appendChild(shown(hit)); list.appendChild(item);
      });
      var n = found.hits.length;
      said.textContent = !query ? "" : n ? n + (n === 1 ? " hit" : " hits") + (n > most ? "; Enter shows all" : "") :
        "Nothing speaks of " + query + ".";
      if (n && found.unknown.length) said.textContent += ". Unknown: " + found.unknown.join(", ");
      list.hidden = !hits.length; said.hidden = !query;
      box.setAttribute("aria-expanded", String(!list.hidden));
      box.removeAttribute("aria-activedescendant");
    }

    function mark(to) {
      if (!hits.length) return;
      if (at >= 0) list.children[at].setAttribute("aria-selected", "false");
      at = (to + hits.length) % hits.length;
      list.children[at].setAttribute("aria-selected", "true");
      list.children[at].scrollIntoView({ block: "nearest" });
      box.setAttribute("aria-activedescendant", list.id + "-" + at);
    }

    box.addEventListener("input", draw);
    box.addEventListener("focus", function () { if (box.value) draw(); });
    box.addEventListener("keydown", function (event) {
      if (event.key === "ArrowDown") { mark(at + 1); event.preventDefault(); }
      else if (event.key === "ArrowUp") { mark(at < 0 ? hits.length - 1 : at - 1); event.preventDefault(); }
      else if (event.key === "Escape") close();
      else if (event.key === "Enter" && at >= 0) { location.href = hits[at].u; event.preventDefault(); }
    });
    document.addEventListener("click", function (event) { if (!form.contains(event.target)) close(); });
    if (nth === 0) {
      document.addEventListener("keydown", function (event) {
        if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) {
          var open = document.getElementById("phone-search");
          if (open && !form.offsetHeight) open.click();
          box.focus(); event.preventDefault();
        }
      });
    }
  });

  // On a phone the bar's search opens under it.
  var button = document.getElementById("phone-search");
  if (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var form = document.querySelector(".bar form.search") || document.querySelector("form.search");
      var open = document.body.classList.toggle("searching");
      button.setAttribute("aria-expanded", String(open));
      if (open) form.querySelector("input").focus();
    });
  }
})();
