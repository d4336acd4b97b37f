// Questions and pages come as they are needed. Without this script the page shows them all, and the server drops what does not count.
(function () {
  "use strict";
  var form = document.getElementById("form");
  if (!form) return;
  var all = function (selector, inside) {
    return Array.prototype.slice.call((inside || form).querySelectorAll(selector));
  };
  var pages = all(".page");
  var place = document.getElementById("place");
  var bar = form.querySelector(".progress span");
  var buttons = {};
  all("[data-go]").forEach(function (button) {
    buttons[button.dataset.go] = button;
  });
  var intro = document.querySelector(".intro");
  var at = 0;

  form.classList.add("scripted");
  if (pages.length > 1) form.classList.add("paged");

  // A question that is hidden is disabled: it is neither sent nor asked for.
  function show(question, isShown) {
    question.hidden = !isShown;
    all("input, textarea", question).forEach(function (field) {
      field.disabled = !isShown;
    });
  }

  function follow() {
    all("[data-question]").forEach(function (question) {
      var any = question.dataset.any.split(" ");
      var chosen = all("input:checked").some(function (field) {
        return field.name === question.dataset.question && !field.disabled && any.indexOf(field.value) >= 0;
      });
      show(question, chosen);
    });
  }

  function isAnything(page) {
    return all(".question", page).some(function (question) {
      return !question.hidden;
    });
  }

  // The next page from here on which there is something to ask; -1 for none.
  function beyond(from, by) {
    for (var n = from + by; n >= 0 && n < pages.length; n += by) if (isAnything(pages[n])) return n;
    return -1;
  }

  function turn(to, isMoved) {
    at = to;
    pages.forEach(function (page, n) {
      page.hidden = n !== at;
    });
    if (intro) intro.hidden = beyond(at, -1) >= 0;
    var isLast = beyond(at, 1) < 0;
    buttons.back.hidden = beyond(at, -1) < 0;
    buttons.next.hidden = isLast;
    buttons.submit.hidden = !isLast;
    bar.style.width = ((at + 1) / pages.length) * 100 + "%";
    place.textContent = pages.length > 1 ? pages[at].dataset.label : "";
    if (isMoved) {
      window.scrollTo(0, 0);
      var first = pages[at].querySelector("input:not([disabled]), textarea:not([disabled])");
      if (first) first.focus({ preventScroll: true });
    }
  }

  function isFilled(page) {
    return all("input, textarea", page).every(function (field) {
      return field.disabled || field.checkValidity() || (field.reportValidity(), false);
    });
  }

  form.addEventListener("change", function () {
    follow();
    turn(at, false);
  });
  buttons.back.addEventListener("click", function () {
    turn(beyond(at, -1), true);
  });
  buttons.next.addEventListener("click", function () {
    if (isFilled(pages[at])) turn(beyond(at, 1), true);
  });
  form.addEventListener("submit", function (event) {
    if (!buttons.next.hidden) {
      // Enter in a field goes on to the next page.
      event.preventDefault();
      buttons.next.click();
    } else if (!isFilled(pages[at])) {
      event.preventDefault();
    } else if (form.dataset.sent) {
      event.preventDefault();
    } else {
      form.dataset.sent = "yes";
      buttons.submit.setAttribute("aria-busy", "true");
    }
  });
  window.addEventListener("pageshow", function () {
    delete form.dataset.sent;
    follow();
  });

  follow();
  var bad = form.querySelector(".bad");
  turn(bad ? pages.indexOf(bad.closest(".page")) : Math.max(0, beyond(-1, 1)), false);
  if (bad) {
    bad.scrollIntoView({ block: "center" });
    var field = bad.querySelector("input, textarea");
    if (field) field.focus({ preventScroll: true });
  }
})();
