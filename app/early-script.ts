/**
 * What runs before anything of ours has come: what a hand does that is faster than the page is kept until that lives
 * (`components/ui/early.ts` does it again). Written as it is sent, on every page: nothing here is compiled.
 *
 * - Ctrl-K or ⌘K; letters and other single signs, arrows and Escape where nobody types. A space scrolls, and presses
 *   what has the focus, but for one who has begun to write with the key before it
 * - presses of buttons; links go where they lead by themselves
 * - what is written or chosen in a field, which whoever owns it does not hear of
 * - forms that a script sends: a browser by itself would write every field of them into the address
 *
 * What is kept goes no further: a framework that wakes up meanwhile would do it, too, and then it would be done twice.
 */
export const EARLY_SCRIPT = `(()=>{
const kept=[],types=["keydown","click","input","submit"],early={kept,again:false,end(){for(const one of types)removeEventListener(one,keep,true)}};
function keep(e){
const t=e.target;
if(early.again||!(t instanceof Element))return;
if(e.type==="input"){
const at=kept.findIndex((one)=>one.event.type==="input"&&one.event.target===t);
if(at>=0)kept.splice(at,1);
kept.push({event:e,value:t.value,checked:t.checked});
return;
}
if(e.type==="keydown"){
const k=e.key;
if(e.altKey||e.isComposing)return;
if(e.ctrlKey||e.metaKey){if(k.toLowerCase()!=="k"||e.shiftKey)return;e.preventDefault()}
else if(t.closest("input,textarea,select,[contenteditable]"))return;
else if(k===" "||k==="Backspace"){if(!kept.length||t!==document.body)return;e.preventDefault()}
else if(!(k.length===1||/^(Arrow|Esc)/.test(k)))return;
else if(k==="/")e.preventDefault();
}else if(e.type==="click"){
const b=t.closest("button");
if(!b||b.form&&b.type==="submit")return;
}else{
if(t.hasAttribute("action"))return;
e.preventDefault();
}
e.stopImmediatePropagation();
kept.push({event:e});
}
for(const one of types)addEventListener(one,keep,true);
window.early=early;
})()`;
