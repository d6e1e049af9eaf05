//! What a page shows, hides, tabulates and quotes.

use super::*;

#[track_caller]
fn shown(html: &str, text: &str) {
    let found: String = page(html).shown.into_iter().map(|(_, run)| run).collect();
    assert_eq!(found.trim(), text, "{html}");
}

#[test]
fn a_page_reads_as_its_reader_sees_it() {
    shown(
        "<p>Dear  all,<br>hello</p><p>Bye</p>",
        "Dear all,\nhello\nBye",
    );
    shown(
        "Zo&euml; &amp; Amelia&nbsp;Reed &#8211; caf&#xe9; &bogus; R&D",
        "Zoë & Amelia Reed – café &bogus; R&D",
    );
    shown(
        "<style>p{color:red}</style><script>if (a<b) x()</script>text",
        "text",
    );
    shown("A<b>me</b>lia", "Amelia");
    shown("1 < 2 and 3 > 2", "1 < 2 and 3 > 2");
    shown("<a href='x>y'>link</a>", "link");
    shown("<a title=\"no end>text", "text");
    shown("<pre>a\n  b</pre>", "a\n  b");
    shown("<ul><li>one<li>two</ul>", "one\ntwo");
}

#[test]
fn what_is_hidden_is_kept_apart() {
    for html in [
        "<div style='display: none'>secret<div>more</div></div>seen",
        "<span hidden>secret</span>seen",
        "seen<!-- secret -->",
        "seen<img alt='secret words'>",
        "<span style=\"font-size:0\">secret</span>seen",
        "<head><title>secret</title></head>seen",
        "<p style='display:none'>secret</p><p>seen",
        "<p style='display:none'>secret<div>seen",
        "<ul><li hidden>secret<li>seen</ul>",
        "<style>.x{display:none}</style><span class=x>secret</span>seen",
        "<font color=white>secret</font>seen",
        "<span style='color:#fefefe'>secret</span>seen",
        "<td bgcolor='#003366'><b style='color:#036'>secret</b>seen",
        "<div style='max-height:0;overflow:hidden'>secret</div>seen",
        "<div style='position:absolute;left:-9999px'>secret</div>seen",
        "<span style='font-size:1px'>secret</span>seen",
    ] {
        let page = page(html);
        let found: String = page.shown.iter().map(|(_, run)| run.as_str()).collect();
        assert_eq!(found.trim(), "seen", "{html}");
        assert!(page.hidden.contains("secret"), "{html}: {}", page.hidden);
    }
}

#[test]
fn what_is_seen_is_not_taken_for_hidden() {
    for html in [
        "<td bgcolor=navy><b style='color:white'>seen</b>",
        "<div style='background:url(x.png)'><b style='color:white'>seen</b></div>",
        "<div style='color:white'><b style='color:black'>seen</b></div>",
        "<div style='background:white;color:black'>seen</div>",
        "<style>@media print{p{display:none}}</style><p>seen</p>",
        "<span style='font-size:0.9em'>seen</span>",
        "<div style='background:black'><div style='background:white'>x</div><b style='color:white'>seen</b></div>",
    ] {
        let page = page(html);
        let found: String = page.shown.iter().map(|(_, run)| run.as_str()).collect();
        assert!(found.contains("seen"), "{html}: {page:?}");
    }
}

#[test]
fn tables_stay_tables() {
    let html = "<table><tr><th>Name<th>DOB</tr><tr><td><p>Zoe&nbsp;Reed</p></td><td>1/2/2016</td></tr></table>after";
    let page = page(html);
    assert_eq!(page.tables, [[["Name", "DOB"], ["Zoe Reed", "1/2/2016"]]]);
    assert_eq!(
        page.shown,
        [(false, "Name\tDOB\nZoe Reed\t1/2/2016\nafter".to_owned())]
    );
}

#[test]
fn layout_tables_are_none() {
    let html = "<table><tr><td><table><tr><td>a</td></tr></table></td><td>b</td></tr></table>";
    assert!(page(html).tables.is_empty());
    shown(html, "a\n\tb");
}

#[test]
fn quoted_history_is_marked() {
    for html in [
        "new<div class=\"gmail_quote\">old<div>old</div></div>",
        "new<blockquote type=\"cite\">old</blockquote>",
        "new<div id=\"divRplyFwdMsg\">From: x</div><div>old</div>",
        "new<div id=\"x_divRplyFwdMsg\">From: x</div><div>old</div>",
    ] {
        let page = page(html);
        assert_eq!(
            page.shown[0],
            (false, "new\n".to_owned()),
            "{html}: {page:?}"
        );
        assert!(
            page.shown[1..]
                .iter()
                .all(|(quoted, run)| *quoted || run.trim().is_empty()),
            "{html}: {page:?}"
        );
    }
}

#[test]
fn hostile_pages_take_linear_time() {
    for unit in [
        "<div>",
        "<table><tr><td>",
        "<a \"",
        "<",
        "<!--",
        "&",
        "<p hidden>",
        "</",
        "<style>",
        "<ul><li>",
    ] {
        let html = unit.repeat(100_000);
        let _ = page(&html);
    }
}
