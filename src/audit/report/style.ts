/**
 * How the page looks.
 * @module
 */
export const STYLE = `
:root{color-scheme:light dark;--ground:#fff;--raised:#f5f7f9;--text:#1b2027;--muted:#535c69;--line:#d9dee5;--accent:#005a8d;--alarm:#a3261b;--alarm-ground:#fdecea}
@media (prefers-color-scheme:dark){:root{--ground:#14181d;--raised:#1d232b;--text:#e6e9ee;--muted:#a5afbd;--line:#37404c;--accent:#7cc4f0;--alarm:#ff9b90;--alarm-ground:#3a1b18}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:16px/1.55 system-ui,sans-serif;overflow-wrap:break-word}
header,main{max-width:62rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2.5rem}
.kicker{margin:0;color:var(--accent);font-weight:600;letter-spacing:.04em}
h1{font-size:clamp(1.6rem,5vw,2.3rem);line-height:1.2;margin:.2em 0 .4em}
h2{font-size:1.45rem;line-height:1.25;margin:0 0 .6em}
h3{font-size:1.08rem;margin:0 0 .3em}
h4{margin:1.2em 0 .4em}
section{margin:2.75rem 0;padding-top:1.75rem;border-top:1px solid var(--line)}
article{margin:1.75rem 0}
p{max-width:46rem;margin:.4em 0 .8em}
.key,figcaption{color:var(--muted);font-size:.9rem}
.summary article{background:var(--raised);border-radius:.6rem;padding:1.1rem 1.25rem;margin:1rem 0}
.summary .key{margin-bottom:.7em}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:1rem;margin:0}
dt{font-weight:600;color:var(--accent);font-size:.92rem}
dd{margin:.15em 0 0}
.wide{overflow-x:auto;margin:.8em 0}
table{border-collapse:collapse;font-size:.92rem;font-variant-numeric:tabular-nums;min-width:100%}
th,td{text-align:left;padding:.4rem .8rem .4rem 0;border-bottom:1px solid var(--line);vertical-align:top}
td{white-space:nowrap}
thead th{color:var(--muted);font-weight:600;white-space:nowrap}
tbody th{font-weight:400;min-width:11rem}
.pictures{display:flex;flex-wrap:wrap;gap:.9rem;margin:.8rem 0 .3rem}
.pictures figure{margin:0}
.pictures img,.nothing{width:56px;height:56px;image-rendering:pixelated;border:1px solid var(--line);margin-right:3px;vertical-align:top}
.nothing{display:inline-block;text-align:center;line-height:54px;color:var(--muted)}
.chart{margin:1.2rem 0;max-width:40rem}
.chart figcaption{font-weight:600;color:var(--text);margin-bottom:.4rem}
.chart svg{width:100%;height:auto;display:block}
.on-dark{display:none}
@media (prefers-color-scheme:dark){.on-dark{display:block}.on-light{display:none}}
details{margin:.6rem 0}
summary{cursor:pointer;color:var(--accent)}
code{background:var(--raised);padding:.1em .35em;border-radius:.3em;overflow-wrap:anywhere}
.alarm{color:var(--alarm)}
.failed{background:var(--alarm-ground);border:2px solid var(--alarm);border-radius:.6rem;padding:1.1rem 1.25rem}
.failed h2{color:var(--alarm)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
@media print{details>*{display:block}section{break-inside:auto}article{break-inside:avoid}}
`;
