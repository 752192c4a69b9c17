"""The style sheet: readable from 320 pixels on, by day and by night."""

STYLE = """
:root { color-scheme: light dark; --ink: #1d2733; --soft: #5b6876; --paper: #ffffff;
  --line: #dde3ea; --card: #f5f7fa; --warn: #8a4b00; --warn-paper: #fff4e0;
  --c0: #1f77b4; --c1: #2a9d6f; --c2: #c2571a; --c3: #8d5bb5; --c4: #a3467a; --c5: #66757f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf0; --soft: #9fabb8; --paper: #14191f;
  --line: #2d3743; --card: #1b222a; --warn: #ffcf8a; --warn-paper: #33260f;
  --c0: #5aa9e6; --c1: #57c99b; --c2: #f0915a; --c3: #bd93e0; --c4: #e086b6; --c5: #9aa9b3; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 1rem; background: var(--paper);
  color: var(--ink); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .5rem 0; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .4rem 0; } .soft, caption, figcaption { color: var(--soft); font-size: .875rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .5rem;
  margin: 1rem 0; padding: 0; }
.figures div { background: var(--card); border-radius: .5rem; padding: .6rem .8rem; }
.figures dt { color: var(--soft); font-size: .8rem; } .figures dd { margin: 0; font-size: 1.3rem;
  font-weight: 600; font-variant-numeric: tabular-nums; }
.warnings { list-style: none; margin: 1rem 0; padding: 0; } .warnings li { background:
  var(--warn-paper); color: var(--warn); border-radius: .5rem; padding: .5rem .8rem;
  margin: .4rem 0; } .warnings li::before { content: "! "; font-weight: 700; }
figure { margin: 1.4rem 0 0; } .plot { position: relative; border-bottom: 1px solid var(--line);
  border-top: 1px dashed var(--line); }
.plot svg { display: block; width: 100%; height: 11rem; } .low .plot svg { height: 5rem; }
.plot .top { position: absolute; top: -1.15rem; left: 0; color: var(--soft); font-size: .75rem; }
.days { position: relative; height: 1.4rem; color: var(--soft); font-size: .75rem; }
.days span { position: absolute; white-space: nowrap; }
.days span:last-child:not(:first-child) { transform: translateX(-100%); }
.key { display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin: .4rem 0 0; padding: 0;
  list-style: none; font-size: .875rem; }
.key i { display: inline-block; width: .7rem; height: .7rem; border-radius: .15rem;
  margin-right: .35rem; }
.c0 { fill: var(--c0); background: var(--c0); } .c1 { fill: var(--c1); background: var(--c1); }
.c2 { fill: var(--c2); background: var(--c2); } .c3 { fill: var(--c3); background: var(--c3); }
.c4 { fill: var(--c4); background: var(--c4); } .c5 { fill: var(--c5); background: var(--c5); }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; } th { color: var(--soft); font-weight: 500; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.bar { min-width: 4rem; width: 30%; } .bar svg { display: block; width: 100%; height: .8rem;
  margin-top: .3rem; }
details { margin: .5rem 0; } summary { cursor: pointer; }
@media (max-width: 40rem) { .days .odd { display: none; }
  .wide thead { display: none; } .wide tr { display: block; padding: .4rem 0;
  border-bottom: 1px solid var(--line); } .wide td { display: block; border: 0; padding: 0;
  text-align: left; white-space: normal; } .wide td.n::after { content: " " attr(data-of); }
  .wide .bar { width: 100%; } }
"""
