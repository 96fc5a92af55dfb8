// One measured process that makes apps of one cluster and of many, the ways taking turns: what a further cluster takes.
//   node --expose-gc bench/warm.js <module> <clusters> <rounds>
const { inTurn, measure } = require('./app');

const [eksModule, ...numbers] = process.argv.slice(2);
const [clusters, rounds] = numbers.map(Number);

const sample = (way, count) => {
  global.gc();
  return measure(eksModule, way, count).ms;
};
// The first round warms up.
const samples = Array.from({ length: rounds + 1 }, (_, round) => {
  return Object.fromEntries(inTurn(round).map((way) => [way, { one: sample(way, 1), many: sample(way, clusters) }]));
});
console.log(JSON.stringify(samples.slice(1)));
