/**
 * What Chart.js cannot say in JSON: ticks with SI labels, whiskers, letters in marks, names beside points, totals behind
 * bars. A configuration holds them as data under `options.plugins.marks`; this text, an expression whose value is
 * `install(Chart)`, draws them. It is kept as text because the page carries it and the PNG renderer evaluates the same
 * characters: a function's own `toString` would change with the transpiler, and with it the bytes of the page.
 *
 * `options.plugins.marks`: `ticks: {x?, y?: [{value, label}]}`, `whisker: 'x' | 'y' | 'xy'` (points carry `low`, `high`; with `xy` that is
 * y's band, and `from`, `to` are x's), `totals: [{index, low, high, text}]` (whisker and text behind the horizontal bar of that index;
 * `end` is the end of the axis; `bare`: text alone).
 * A point may carry `glyph` (inside the mark), `label` (lines beside it), `tip` (lines in the tooltip) and `tile`: a rectangle
 * `{left, right, top, bottom}` in the units of the axes, filled with `fill` at the opacity `strength`, with the `lines` that fit into it
 * (`frame`: only an outline with one line at its top). `interaction.mode: 'tile'` gives the tooltip of the tile under the pointer.
 */
export const marksSource = `(function install(Chart) {
  'use strict';
  var settings = function (chart) {
    var plugins = chart.config.options.plugins;
    return (plugins && plugins.marks) || {};
  };
  var points = function (chart, visit) {
    chart.data.datasets.forEach(function (dataset, d) {
      if (!chart.isDatasetVisible(d)) return;
      chart.getDatasetMeta(d).data.forEach(function (element, i) {
        visit(dataset.data[i], element, dataset);
      });
    });
  };
  var family = function () { return Chart.defaults.font.family; };
  var whisker = function (ctx, axis, low, high, at, gap) {
    var cap = 4;
    ctx.beginPath();
    var line = function (x1, y1, x2, y2) { ctx.moveTo(x1, y1); ctx.lineTo(x2, y2); };
    if (axis === 'y') {
      if (at.y - gap > high) line(at.x, high, at.x, at.y - gap);
      if (at.y + gap < low) line(at.x, low, at.x, at.y + gap);
      line(at.x - cap, high, at.x + cap, high);
      line(at.x - cap, low, at.x + cap, low);
    } else {
      if (at.x - gap > low) line(low, at.y, at.x - gap, at.y);
      if (at.x + gap < high) line(at.x + gap, at.y, high, at.y);
      line(low, at.y - cap, low, at.y + cap);
      line(high, at.y - cap, high, at.y + cap);
    }
    ctx.stroke();
  };
  var boxOf = function (chart, tile) {
    var x = chart.scales.x, y = chart.scales.y;
    var xs = [x.getPixelForValue(tile.left), x.getPixelForValue(tile.right)];
    var ys = [y.getPixelForValue(tile.top), y.getPixelForValue(tile.bottom)];
    return { left: Math.min(xs[0], xs[1]), right: Math.max(xs[0], xs[1]), top: Math.min(ys[0], ys[1]), bottom: Math.max(ys[0], ys[1]) };
  };
  /* The text with an ellipsis where it is too wide; empty when nothing readable would be left. */
  var fitted = function (ctx, text, width) {
    if (ctx.measureText(text).width <= width) return text;
    for (var n = text.length - 1; n >= 4; n--) {
      var part = text.slice(0, n) + '\u2026';
      if (ctx.measureText(part).width <= width) return part;
    }
    return '';
  };
  var light = function (fill) {
    var part = function (at) { return parseInt(fill.slice(at, at + 2), 16) / 255; };
    return 0.3 * part(1) + 0.59 * part(3) + 0.11 * part(5) > 0.4;
  };
  var drawTile = function (chart, ctx, tile) {
    var box = boxOf(chart, tile);
    var width = box.right - box.left, height = box.bottom - box.top;
    ctx.textBaseline = 'middle';
    if (tile.frame) {
      ctx.strokeStyle = Chart.defaults.borderColor;
      ctx.strokeRect(box.left + 0.5, box.top + 0.5, Math.max(0, width - 1), Math.max(0, height - 1));
      ctx.font = '600 11px ' + family();
      ctx.textAlign = 'left';
      ctx.fillStyle = Chart.defaults.color;
      if (tile.lines.length) ctx.fillText(fitted(ctx, tile.lines[0], width - 10), box.left + 5, box.top + 9);
      return;
    }
    ctx.globalAlpha = tile.strength;
    ctx.fillStyle = tile.fill;
    ctx.fillRect(box.left + 0.5, box.top + 0.5, Math.max(0, width - 1), Math.max(0, height - 1));
    ctx.globalAlpha = 1;
    /* A weak fill lets the page through: light on dark pages, dark on light ones. */
    var through = tile.strength < 0.88;
    ctx.fillStyle = (through ? !light(Chart.defaults.color) : light(tile.fill)) ? '#111827' : '#FFFFFF';
    ctx.textAlign = 'center';
    var shown = [];
    tile.lines.forEach(function (line, n) {
      ctx.font = (tile.bold || n < tile.lines.length - 1 ? '600 ' : '') + '11px ' + family();
      if (ctx.measureText(line).width <= width - 4 && (shown.length + 1) * 14 <= height - 2 && shown.length === n) shown.push(line);
    });
    shown.forEach(function (line, n) {
      ctx.font = (tile.bold || n < tile.lines.length - 1 ? '600 ' : '') + '11px ' + family();
      ctx.fillText(line, (box.left + box.right) / 2, (box.top + box.bottom) / 2 + (n - (shown.length - 1) / 2) * 14);
    });
  };
  /* Only the page has a pointer, and only its Chart.js has this on board. */
  if (Chart.Interaction) Chart.Interaction.modes.tile = function (chart, event) {
    var found = [];
    chart.data.datasets.forEach(function (dataset, d) {
      if (!chart.isDatasetVisible(d)) return;
      dataset.data.forEach(function (raw, i) {
        if (!raw.tile || raw.tile.frame) return;
        var box = boxOf(chart, raw.tile);
        if (event.x >= box.left && event.x < box.right && event.y >= box.top && event.y < box.bottom)
          found.push({ element: chart.getDatasetMeta(d).data[i], datasetIndex: d, index: i });
      });
    });
    return found.slice(0, 1);
  };
  var overlaps = function (a, b) {
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  };
  /* Names go to the first of eight places around their point, or behind its whisker, where they hide nothing. */
  var placeLabels = function (chart, ctx) {
    var area = chart.chartArea;
    var taken = [];
    var wanted = [];
    chart.data.datasets.forEach(function (dataset, d) {
      var corners = dataset.type === 'line' && chart.isDatasetVisible(d) ? chart.getDatasetMeta(d).data : [];
      for (var i = 1; i < corners.length; i++) {
        var a = corners[i - 1], b = corners[i];
        taken.push({ left: a.x, right: b.x, top: a.y - 1, bottom: a.y + 1 });
        taken.push({ left: b.x - 1, right: b.x + 1, top: Math.min(a.y, b.y), bottom: Math.max(a.y, b.y) });
      }
    });
    points(chart, function (raw, element, dataset) {
      if (!raw) return;
      var at = element.getProps(['x', 'y']);
      var r = (dataset.pointRadius || 0) + 2;
      if (r > 2) taken.push({ left: at.x - r, right: at.x + r, top: at.y - r, bottom: at.y + r });
      var whiskers = settings(chart).whisker;
      if (whiskers === 'xy' && raw.to !== undefined) {
        taken.push({ left: chart.scales.x.getPixelForValue(raw.from) - 2, right: chart.scales.x.getPixelForValue(raw.to) + 2, top: at.y - 4, bottom: at.y + 4 });
      }
      if ((whiskers === 'y' || whiskers === 'xy') && raw.high !== undefined) {
        taken.push({ left: at.x - 4, right: at.x + 4, top: chart.scales.y.getPixelForValue(raw.high) - 2, bottom: chart.scales.y.getPixelForValue(raw.low) + 2 });
      }
      var end = null;
      if (whiskers === 'x' && raw.high !== undefined) {
        end = chart.scales.x.getPixelForValue(raw.high);
        taken.push({ left: chart.scales.x.getPixelForValue(raw.low) - 2, right: end + 2, top: at.y - 4, bottom: at.y + 4 });
      }
      if (raw.label) wanted.push({ at: at, gap: r + 3, lines: raw.label, end: end });
    });
    ctx.textBaseline = 'alphabetic';
    wanted.forEach(function (want) {
      var heights = want.lines.length * 14;
      var width = 0;
      want.lines.forEach(function (text, n) {
        ctx.font = (n === 0 ? '600 12px ' : '11px ') + family();
        width = Math.max(width, ctx.measureText(text).width);
      });
      var x = want.at.x, y = want.at.y, g = want.gap, h = heights;
      var places = [
        [x + g, y - h / 2], [x - g - width, y - h / 2], [x + g - 3, y - g - h + 6], [x + g - 3, y + g - 6],
        [x - g - width + 3, y - g - h + 6], [x - g - width + 3, y + g - 6], [x - width / 2, y - g - h], [x - width / 2, y + g]
      ];
      if (want.end !== null) places = [[want.end + 8, y - h / 2]].concat(places);
      for (var p = 0; p < places.length; p++) {
        var box = { left: places[p][0], right: places[p][0] + width, top: places[p][1], bottom: places[p][1] + h };
        if (box.left < area.left || box.right > area.right || box.top < area.top || box.bottom > area.bottom) continue;
        if (taken.some(function (other) { return overlaps(box, other); })) continue;
        taken.push(box);
        want.lines.forEach(function (text, n) {
          ctx.font = (n === 0 ? '600 12px ' : '11px ') + family();
          ctx.textAlign = 'left';
          ctx.globalAlpha = n === 0 ? 1 : 0.8;
          ctx.fillText(text, box.left, box.top + 11 + n * 14);
        });
        ctx.globalAlpha = 1;
        break;
      }
    });
  };
  Chart.register({
    id: 'marks',
    afterBuildTicks: function (chart, args) {
      var list = (settings(chart).ticks || {})[args.scale.axis];
      if (list) args.scale.ticks = list.map(function (tick) { return { value: tick.value, label: tick.label }; });
    },
    /* Chart.js leaves no room between legend and plot. */
    afterInit: function (chart) {
      var legend = chart.legend;
      if (!legend) return;
      var fit = legend.fit;
      legend.fit = function () { fit.call(legend); legend.height += 8; };
      chart.update('none');
    },
    /* Texts behind bars get room when the chart is wide enough to afford it. */
    beforeLayout: function (chart) {
      var own = settings(chart);
      if (!own.totals || !own.totals.length) return;
      var need = 12, names = 0;
      chart.ctx.save();
      chart.ctx.font = '12px ' + family();
      (chart.data.labels || []).forEach(function (name) { names = Math.max(names, chart.ctx.measureText(name).width); });
      var plot = chart.width - names - 30;
      chart.ctx.font = '600 12px ' + family();
      own.totals.forEach(function (total) {
        /* Room at the right makes the plot smaller, and with it the room inside. */
        var filled = total.high / own.end;
        if (filled > 0) need = Math.max(need, (chart.ctx.measureText(total.text).width + 24 - plot * (1 - filled)) / filled);
      });
      chart.ctx.restore();
      chart.config.options.layout.padding.right = chart.width > 560 ? need : 12;
    },
    /* Whiskers lie below all marks, so that none strikes out another's letter. */
    beforeDatasetsDraw: function (chart) {
      var ctx = chart.ctx;
      var own = settings(chart);
      if (!own.whisker) return;
      ctx.save();
      ctx.lineWidth = 1.25;
      points(chart, function (raw, element, dataset) {
        if (!raw) return;
        var at = element.getProps(['x', 'y']);
        ctx.strokeStyle = dataset.borderColor;
        if (own.whisker === 'xy' && raw.from !== undefined) {
          var across = chart.scales.x;
          whisker(ctx, 'x', across.getPixelForValue(raw.from), across.getPixelForValue(raw.to), at, dataset.pointRadius);
        }
        if (own.whisker && raw.low !== undefined) {
          var axis = own.whisker === 'x' ? 'x' : 'y';
          var scale = chart.scales[axis];
          whisker(ctx, axis, scale.getPixelForValue(raw.low), scale.getPixelForValue(raw.high), at, dataset.pointRadius);
        }
      });
      ctx.restore();
    },
    afterDatasetsDraw: function (chart) {
      var ctx = chart.ctx;
      var own = settings(chart);
      ctx.save();
      ctx.lineWidth = 1.25;
      ctx.strokeStyle = Chart.defaults.color;
      ctx.fillStyle = Chart.defaults.color;
      points(chart, function (raw, element, dataset) {
        if (!raw) return;
        var at = element.getProps(['x', 'y']);
        if (raw.tile) drawTile(chart, ctx, raw.tile);
        ctx.fillStyle = Chart.defaults.color;
        if (raw.glyph) {
          ctx.font = '600 ' + (raw.glyph.length > 1 ? 9 : 11) + 'px ' + family();
          ctx.textAlign = 'center';
          ctx.textBaseline = 'middle';
          ctx.fillStyle = raw.filled ? '#FFFFFF' : Chart.defaults.color;
          ctx.fillText(raw.glyph, at.x, at.y + 0.5);
          ctx.fillStyle = Chart.defaults.color;
        }
      });
      (own.totals || []).forEach(function (total) {
        var scale = chart.scales.x;
        var y = chart.scales.y.getPixelForValue(total.index);
        var low = scale.getPixelForValue(total.low), high = scale.getPixelForValue(total.high);
        ctx.strokeStyle = Chart.defaults.color;
        if (!total.bare) whisker(ctx, 'x', low, high, { x: (low + high) / 2, y: y }, 0);
        ctx.font = '600 12px ' + family();
        ctx.textBaseline = 'middle';
        ctx.textAlign = 'left';
        if (high + 8 + ctx.measureText(total.text).width < chart.width) ctx.fillText(total.text, high + 8, y);
      });
      placeLabels(chart, ctx);
      ctx.restore();
    }
  });
  /* The labels come with the ticks. */
  ['linear', 'logarithmic'].forEach(function (type) {
    Chart.defaults.scales[type].ticks.callback = function (value, index, ticks) { return ticks[index].label; };
  });
  Chart.defaults.font.family = 'Inter, sans-serif';
  Chart.defaults.font.size = 12;
  Chart.defaults.color = '#374151';
  Chart.defaults.borderColor = 'rgba(107,114,128,0.22)';
  Chart.defaults.animation = false;
  /* A set without a name belongs to the others. */
  Chart.defaults.plugins.legend.labels.filter = function (item) { return item.text !== ''; };
  Chart.defaults.plugins.tooltip.displayColors = false;
  Chart.defaults.plugins.tooltip.callbacks.title = function () { return ''; };
  Chart.defaults.plugins.tooltip.callbacks.label = function (item) { return (item.raw && item.raw.tip) || ''; };
})`;
