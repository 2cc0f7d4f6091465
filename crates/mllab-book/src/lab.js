(function () {
  "use strict";
  var page = document.querySelector("main");
  if (!page) return;

  // Commands are copied where the browser lets them be.
  document.querySelectorAll(".copy").forEach(function (button) {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(button.previousElementSibling.textContent).then(function () {
        button.textContent = "Copied";
        setTimeout(function () { button.textContent = "Copy"; }, 1500);
      });
    });
  });

  // A term opens by itself under a pointer that rests on it.
  var waiting;
  document.querySelectorAll(".term").forEach(function (term) {
    var def = document.getElementById(term.getAttribute("popovertarget"));
    if (!def || !def.showPopover || !matchMedia("(hover: hover)").matches) return;
    term.addEventListener("mouseenter", function () {
      waiting = setTimeout(function () { try { def.showPopover({ source: term }); } catch (e) { /* open already */ } }, 300);
    });
    term.addEventListener("mouseleave", function () {
      clearTimeout(waiting);
      setTimeout(function () { if (!def.matches(":hover")) def.hidePopover(); }, 200);
    });
    def.addEventListener("mouseleave", function () { def.hidePopover(); });
  });

  // Guesses: a score in the rail, and the sign of a claim once it is guessed.
  var box = document.getElementById("guess"), score = document.querySelector(".score");
  var claims = Array.prototype.slice.call(document.querySelectorAll(".claim[id]"));
  function count() {
    var right = 0, counted = 0, guessed = 0;
    claims.forEach(function (claim) {
      var guess = claim.querySelector(".guess :checked");
      var row = document.querySelector('.rail a[href="#' + claim.id + '"]');
      if (row) row.parentNode.classList.toggle("known", !!guess);
      if (!guess) return;
      guessed += 1;
      if (!claim.dataset.right) return;
      counted += 1;
      if (claim.dataset.right === guess.value) right += 1;
    });
    score.hidden = !box.checked;
    score.innerHTML = "<b>" + right + " of " + counted + " right</b>" + (claims.length - guessed) + " to guess";
  }
  if (box && score) { page.addEventListener("change", count); count(); }
})();
