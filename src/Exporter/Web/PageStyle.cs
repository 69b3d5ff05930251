namespace Exporter.Web;

/// <summary>How the pages look: by day and by night, on a wall and on a phone.</summary>
internal static class PageStyle
{
    public const string Css = """
        :root{color-scheme:light dark;--bg:#f5f6f8;--card:#fff;--ink:#18202c;--soft:#5a6576;--line:#e2e6ec;--link:#1f55c4;
        --good:#13734a;--good-bg:#e2f4ea;--wait:#515c6e;--wait-bg:#e9edf2;--fail:#8a5a00;--fail-bg:#fdf0d3;--bad:#b3261e;--bad-bg:#fde7e5;--spark:#2f6fe0}
        @media(prefers-color-scheme:dark){:root{--bg:#0e1217;--card:#161b23;--ink:#e5e9f0;--soft:#97a3b4;--line:#262e3a;--link:#85adff;
        --good:#5ad19a;--good-bg:#12301f;--wait:#a9b4c4;--wait-bg:#232b37;--fail:#f0bf56;--fail-bg:#372a0c;--bad:#ff8d85;--bad-bg:#3c1715;--spark:#6d9dff}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;font-variant-numeric:tabular-nums}
        header,main,footer{max-width:76rem;margin:0 auto;padding:0 1.25rem}
        header{padding-top:1.75rem}
        a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
        h1{font-size:1.15rem;margin:0;font-weight:650}h2{font-size:1.1rem;margin:2rem 0 .6rem}h2 .pill{margin-left:.4rem;vertical-align:.1em}h3{font-size:.95rem;margin:1.4rem 0 .5rem;color:var(--soft);font-weight:600}
        nav{display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;font-size:.9rem}
        .top{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;gap:.4rem 2rem}
        .version{color:var(--soft);font-weight:400;font-size:.85rem;margin-left:.4rem}
        .lead{display:flex;align-items:center;flex-wrap:wrap;gap:.5rem .8rem;font-size:1.45rem;font-weight:600;letter-spacing:-.01em;line-height:1.3;margin:1.1rem 0 1.2rem}
        .lead .dot{width:.8rem;height:.8rem}
        .dot{display:inline-block;width:.55rem;height:.55rem;border-radius:50%;flex:none;background:var(--wait)}
        .dot.good{background:var(--good)}.dot.failing{background:var(--fail)}.dot.stale{background:var(--bad)}
        .pill{display:inline-block;padding:.08rem .55rem;border-radius:1rem;font-size:.8rem;font-weight:600;white-space:nowrap;color:var(--wait);background:var(--wait-bg)}
        .pill.good{color:var(--good);background:var(--good-bg)}.pill.failing{color:var(--fail);background:var(--fail-bg)}.pill.stale{color:var(--bad);background:var(--bad-bg)}
        .card{background:var(--card);border:1px solid var(--line);border-radius:.6rem}
        .trouble{padding:.8rem 1rem;margin:.6rem 0;border-left:4px solid var(--bad)}
        .trouble p{margin:.2rem 0}.trouble strong{font-weight:650}
        .outliers{padding:1rem 1.15rem;margin:1.2rem 0 .4rem;border-left:5px solid var(--bad)}
        .outliers h2{margin:0 0 .4rem;color:var(--bad);font-size:1.45rem;letter-spacing:-.01em}.outliers ul{margin:0;padding:0;list-style:none}
        .outliers li{margin:.35rem 0;font-size:1.05rem;overflow-wrap:anywhere}.outliers p{margin:.5rem 0 0}
        .window{white-space:nowrap;font-size:.88rem}.window span{display:inline-block;min-width:2.6rem;color:var(--soft)}.window.low{color:var(--bad);font-weight:650}
        .soft,.trouble .soft{color:var(--soft);font-size:.88rem}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.6rem;margin:0 0 .8rem;padding:0}
        .tiles div{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.6rem .9rem;min-width:0}
        dt{color:var(--soft);font-size:.82rem}dd{margin:.1rem 0 0;font-size:1.05rem;font-weight:600;overflow-wrap:anywhere}dd small{display:block;font-weight:400;color:var(--soft);font-size:.82rem}
        meter{width:100%;height:.5rem;margin-top:.25rem}
        .wide{overflow-x:auto}
        table{border-collapse:collapse;width:100%}
        th,td{padding:.5rem .9rem;text-align:left;vertical-align:middle;border-top:1px solid var(--line)}
        thead th{border-top:0;font-size:.8rem;font-weight:600;color:var(--soft);white-space:nowrap}
        th.n,td.n{text-align:right;white-space:nowrap}
        td.name{font-weight:600;overflow-wrap:anywhere;min-width:6.5rem}td.name small{display:block;font-weight:400;color:var(--soft);font-size:.8rem}
        td.url{overflow-wrap:anywhere;min-width:14rem}
        tbody tr:hover{background:color-mix(in srgb,var(--link) 5%,transparent)}
        svg.spark{display:block;width:8.5rem;height:1.9rem}svg.spark path.line{fill:none;stroke:var(--spark);stroke-width:1.5;vector-effect:non-scaling-stroke;stroke-linejoin:round}
        svg.spark path.area{fill:var(--spark);opacity:.14}svg.spark rect.drop{fill:var(--bad);opacity:.4}svg.spark.big{width:100%;height:5rem}
        .scale{display:block;color:var(--soft);font-size:.74rem;white-space:nowrap}
        code,.id{font-family:ui-monospace,SFMono-Regular,Menlo,monospace;font-size:.82rem;font-weight:400}
        .picture{overflow:hidden}footer{color:var(--soft);font-size:.85rem;padding-top:1.5rem;padding-bottom:2.5rem;display:flex;flex-wrap:wrap;gap:.25rem 1.1rem}
        @media(max-width:46rem){
        body{font-size:16px}.lead{font-size:1.25rem;flex-wrap:nowrap}
        table.rows thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
        table.rows,table.rows tbody{display:block}
        table.rows tr{display:grid;grid-template-columns:1fr 1fr;gap:.1rem 1rem;padding:.7rem .9rem;border-top:1px solid var(--line)}
        table.rows tbody tr:first-child{border-top:0}
        table.rows td{border:0;padding:.05rem 0;text-align:left;min-width:0;white-space:normal}
        table.rows td.name,table.rows td.url,table.rows td.all{grid-column:1/-1;min-width:0}
        table.rows td[data-of]::before{content:attr(data-of) " ";color:var(--soft);font-size:.85rem}
        table.rows td:empty{display:none}
        table.rows svg.spark{width:100%;height:2.6rem;margin-top:.3rem}
        }
        """;
}
