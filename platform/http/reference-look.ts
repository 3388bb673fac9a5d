import { createHash } from 'node:crypto'

/** How the reference looks: menu, words and samples side by side; one column on a phone. */
export const STYLE = `
:root{color-scheme:light;--ink:#17201e;--dim:#5b6663;--faint:#8a9592;--line:#e3e8e6;--bg:#fff;--soft:#f6f8f7;--code:#f3f6f5;--accent:#0b6b63;--get:#0b6b63;--post:#2a5bd7;--put:#8a5a00;--patch:#8a5a00;--delete:#b3261e;--mark:#fff3c4}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;--ink:#e6ecea;--dim:#9da8a5;--faint:#74807c;--line:#26302d;--bg:#0f1413;--soft:#151b19;--code:#161d1b;--accent:#4fc3b5;--get:#4fc3b5;--post:#8fb0ff;--put:#e0b25c;--patch:#e0b25c;--delete:#ff8a80;--mark:#4a3d12}}
:root[data-theme=dark]{color-scheme:dark;--ink:#e6ecea;--dim:#9da8a5;--faint:#74807c;--line:#26302d;--bg:#0f1413;--soft:#151b19;--code:#161d1b;--accent:#4fc3b5;--get:#4fc3b5;--post:#8fb0ff;--put:#e0b25c;--patch:#e0b25c;--delete:#ff8a80;--mark:#4a3d12}
*{box-sizing:border-box}html{scroll-padding-top:24px}body{margin:0;font:15px/1.6 Inter,system-ui,sans-serif;color:var(--ink);background:var(--bg);display:grid;grid-template-columns:272px minmax(0,1fr)}
a{color:var(--accent)}a:focus-visible,button:focus-visible,input:focus-visible,summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
nav{position:sticky;top:0;height:100vh;overflow:auto;border-right:1px solid var(--line);padding:20px 16px 40px;font-size:13px;background:var(--soft)}
nav .brand{font-weight:650;font-size:15px;display:flex;justify-content:space-between;align-items:center;margin:0 8px 14px}
nav input{width:100%;padding:7px 10px;border:1px solid var(--line);border-radius:7px;font:inherit;background:var(--bg);color:inherit;margin-bottom:8px}
nav h2{font-size:12px;color:var(--faint);font-weight:600;margin:20px 8px 4px}
nav a{display:flex;gap:8px;color:var(--dim);text-decoration:none;padding:4px 8px;border-radius:6px;line-height:1.35}nav a:hover{background:var(--line);color:var(--ink)}nav a[aria-current]{background:var(--line);color:var(--ink);font-weight:550}
nav a .m{flex:0 0 34px;font-size:9.5px;line-height:17px;font-weight:650}
.m{font-family:ui-monospace,SFMono-Regular,Menlo,monospace;letter-spacing:.02em}.GET{color:var(--get)}.POST{color:var(--post)}.PUT{color:var(--put)}.PATCH{color:var(--patch)}.DELETE{color:var(--delete)}
button{font:inherit;font-size:12px;color:var(--dim);background:none;border:1px solid var(--line);border-radius:6px;padding:3px 9px;cursor:pointer}button:hover{color:var(--ink)}
#theme svg{display:block}.tools{display:flex;gap:6px;margin:0 8px 4px}.tools button[aria-pressed=true]{background:var(--accent);border-color:var(--accent);color:var(--bg)}
main{min-width:0}section{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,44%);border-top:1px solid var(--line);content-visibility:auto;contain-intrinsic-size:auto 900px}
section>.words{padding:36px 44px;max-width:820px}section>.samples{padding:36px 32px;background:var(--soft);border-left:1px solid var(--line)}
section.wide{display:block}h1{font-size:27px;line-height:1.2;letter-spacing:-.015em;margin:0 0 12px}h2.group{font-size:21px;letter-spacing:-.01em;margin:0 0 4px}h3{margin:0 0 8px;font-size:18px;line-height:1.3;letter-spacing:-.005em}
h3 a{color:inherit;text-decoration:none}h3 a:hover::after{content:" #";color:var(--faint)}h4{font-size:12.5px;font-weight:600;color:var(--dim);margin:26px 0 2px}
code,pre{font:12.5px/1.55 ui-monospace,SFMono-Regular,Menlo,monospace}code{background:var(--code);padding:1px 4px;border-radius:4px;overflow-wrap:anywhere}
.path{margin:0 0 14px;color:var(--dim)}.path code{background:none;padding:0;font-size:13px}.path .m{font-size:12px;font-weight:650;margin-right:6px}
.scope{font-size:12.5px;color:var(--dim);margin:10px 0 0}.gone{border-left:3px solid var(--put);padding-left:10px}
dl{margin:0}dl>div{border-top:1px solid var(--line);padding:9px 0}dt{display:flex;flex-wrap:wrap;gap:8px;align-items:baseline}dt .t{color:var(--faint);font-size:12.5px}dt .r{color:var(--delete);font-size:11.5px}dd{margin:2px 0 0;color:var(--dim);font-size:13.5px;overflow-wrap:anywhere}dd p{margin:2px 0}dd ul{margin:4px 0;padding-left:18px}
details>dl{margin:4px 0 0 2px;padding-left:14px;border-left:2px solid var(--line)}summary{cursor:pointer;color:var(--accent);font-size:12.5px;margin-top:3px}
.card{border:1px solid var(--line);border-radius:9px;background:var(--bg);margin:0 0 16px;overflow:hidden}.card header{display:flex;justify-content:space-between;align-items:center;gap:8px;padding:7px 12px;border-bottom:1px solid var(--line);font-size:12.5px;color:var(--dim)}
.card pre{margin:0;padding:12px 14px;overflow:auto;max-height:460px;white-space:pre}.s{color:var(--accent)}.n{color:var(--post)}.k{color:var(--dim)}
:root:not([data-lang=js]) .js,:root[data-lang=js] .curl{display:none}
.none{display:none!important}.empty{color:var(--dim);padding:8px}table{border-collapse:collapse;width:100%}td{padding:6px 12px 6px 0;border-bottom:1px solid var(--line);vertical-align:top;font-size:13.5px}
.errors li{margin:3px 0;font-size:13.5px;color:var(--dim)}.errors{padding-left:0;list-style:none}.errors b{font-weight:600;color:var(--ink);margin-right:6px}
.intro p{max-width:72ch}@media (max-width:1180px){section{display:block}section>.words{padding:28px 32px 12px}section>.samples{padding:12px 32px 28px;border-left:0;background:none}}
@media (max-width:760px){body{display:block}nav{position:static;height:auto;max-height:46vh;border:0;border-bottom:1px solid var(--line)}section>.words,section>.samples{padding-left:20px;padding-right:20px}nav a{padding:7px 8px}}
@media print{nav,button{display:none}body{display:block}section{content-visibility:visible}}`

/** Search, choice of language and theme, copying; the page is complete without it. */
export const SCRIPT = `
const root=document.documentElement,at=(key,value)=>{try{if(value===undefined)return localStorage.getItem(key);localStorage.setItem(key,value)}catch{return null}};
const lang=name=>{root.dataset.lang=name;for(const b of document.querySelectorAll('[data-set]'))b.setAttribute('aria-pressed',b.dataset.set===name)};
lang(at('millrace.docs.lang')==='js'?'js':'curl');
const theme=at('millrace.docs.theme');if(theme)root.dataset.theme=theme;
document.addEventListener('click',event=>{const b=event.target.closest('button');if(!b)return;
if(b.dataset.set){lang(b.dataset.set);at('millrace.docs.lang',b.dataset.set)}
if(b.id==='theme'){const dark=root.dataset.theme?root.dataset.theme==='dark':matchMedia('(prefers-color-scheme:dark)').matches;root.dataset.theme=dark?'light':'dark';at('millrace.docs.theme',root.dataset.theme)}
if(b.dataset.copy!==undefined){const text=[...b.closest('.card').querySelectorAll('pre')].find(p=>p.offsetParent)?.textContent??'';navigator.clipboard?.writeText(text).then(()=>{b.textContent='Copied';setTimeout(()=>{b.textContent='Copy'},1500)})}});
const box=document.getElementById('search'),links=[...document.querySelectorAll('nav a[data-find]')],heads=[...document.querySelectorAll('nav h2')],none=document.getElementById('nothing');
const find=()=>{const words=box.value.toLowerCase().split(/\\s+/).filter(Boolean);let shown=0;
for(const a of links){const hit=words.every(w=>a.dataset.find.includes(w));a.classList.toggle('none',!hit);if(hit)shown++}
for(const h of heads){let n=h.nextElementSibling,any=false;while(n&&n.tagName==='A'){any||=!n.classList.contains('none');n=n.nextElementSibling}h.classList.toggle('none',!any)}
none.classList.toggle('none',shown>0)};
box.addEventListener('input',find);
box.addEventListener('keydown',event=>{if(event.key==='Enter'){const a=links.find(each=>!each.classList.contains('none'));if(a){location.hash=a.getAttribute('href');event.preventDefault()}}if(event.key==='Escape'){box.value='';find();box.blur()}});
document.addEventListener('keydown',event=>{if(event.key==='/'&&!event.metaKey&&!event.ctrlKey&&!/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)){event.preventDefault();box.focus();box.select()}});
const here=id=>{for(const a of links)if(a.getAttribute('href')==='#'+id){a.setAttribute('aria-current','true');const n=a.closest('nav'),r=a.getBoundingClientRect();if(r.top<60||r.bottom>n.clientHeight)n.scrollTop+=r.top-n.clientHeight/2}else a.removeAttribute('aria-current')};
const seen=new IntersectionObserver(entries=>{const top=entries.filter(e=>e.isIntersecting)[0];if(top)here(top.target.id)},{rootMargin:'-10% 0px -75% 0px'});
for(const s of document.querySelectorAll('section[id]'))seen.observe(s);`

/** The script as a Content-Security-Policy names it. */
export const SCRIPT_SOURCE = `'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`
