/** Draws the figures and sorts the comparison table. Without it every table still stands. */
export const script = `(function () {
  'use strict';
  var figures = JSON.parse(document.getElementById('figures').textContent);
  var dark = window.matchMedia('(prefers-color-scheme: dark)');
  var charts = [];
  function draw(isDark) {
    charts.splice(0).forEach(function (chart) { chart.destroy(); });
    Chart.defaults.color = isDark ? '#C3CBD4' : '#374151';
    Chart.defaults.borderColor = isDark ? 'rgba(148,163,184,0.2)' : 'rgba(107,114,128,0.22)';
    figures.forEach(function (figure) {
      var canvas = document.getElementById('canvas-' + figure.id);
      var config = JSON.parse(JSON.stringify(figure.config));
      config.options.responsive = true;
      config.options.maintainAspectRatio = false;
      charts.push(new Chart(canvas, config));
    });
  }
  function light() { draw(false); document.querySelectorAll('details').forEach(function (one) { one.open = true; }); }
  function start() { draw(dark.matches); }
  if (window.Chart) {
    installMarks(Chart);
    /* Text is measured when it is drawn: the font has to be there first. */
    Promise.all([document.fonts.load('400 12px Inter'), document.fonts.load('600 12px Inter')]).then(start, start);
    dark.addEventListener('change', start);
    window.addEventListener('beforeprint', light);
    window.addEventListener('afterprint', start);
  }
  function unfold() {
    var target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && target.tagName === 'DETAILS') { target.open = true; target.scrollIntoView(); }
  }
  window.addEventListener('hashchange', unfold);
  unfold();
  document.querySelectorAll('table.sortable').forEach(function (table) {
    var heads = Array.prototype.slice.call(table.tHead.rows[0].cells);
    heads.forEach(function (head, column) {
      var button = document.createElement('button');
      button.type = 'button';
      button.className = 'sort';
      while (head.firstChild) button.appendChild(head.firstChild);
      head.appendChild(button);
      button.addEventListener('click', function () {
        var up = head.getAttribute('aria-sort') !== 'ascending';
        heads.forEach(function (other) { other.removeAttribute('aria-sort'); });
        head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
        var body = table.tBodies[0];
        var key = function (row) { return row.cells[column].getAttribute('data-sort'); };
        Array.prototype.slice.call(body.rows).sort(function (a, b) {
          var x = key(a), y = key(b);
          if (x === '' || y === '') return x === y ? 0 : x === '' ? 1 : -1;
          var numeric = !isNaN(x) && !isNaN(y);
          var order = numeric ? Number(x) - Number(y) : x < y ? -1 : x > y ? 1 : 0;
          return up ? order : -order;
        }).forEach(function (row) { body.appendChild(row); });
      });
    });
  });
})();`;
