// What clipboards hold: a document of Word, as it comes from Windows, and a page of some newspaper.

export const WORD = `<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"
xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40"><head>
<meta http-equiv=Content-Type content="text/html; charset=utf-8"><meta name=Generator content="Microsoft Word 15">
<!--[if gte mso 9]><xml><o:OfficeDocumentSettings><o:AllowPNG/></o:OfficeDocumentSettings></xml><![endif]-->
<style><!-- p.MsoNormal {margin:0cm; mso-pagination:widow-orphan; font-family:"等线"} @list l0:level1 {mso-level-number-format:bullet} --></style>
</head><body lang=ZH-CN style='tab-interval:21.0pt;word-wrap:break-word'><!--StartFragment-->
<p class=MsoTitle style='mso-outline-level:1'><span style='font-size:22.0pt;font-family:宋体'>茶馆开张<o:p></o:p></span></p>
<p class=MsoNormal align=center style='text-align:center'><b><span style='color:#C00000;mso-themecolor:accent2'>周六上午十点</span></b><span
lang=EN-US style='mso-spacerun:yes'>&nbsp;&nbsp;</span><i style='mso-bidi-font-style:normal'>不见不散</i></p>
<p class=MsoNormal><span lang=EN-US><o:p>&nbsp;</o:p></span></p>
<p class=MsoListParagraphCxSpFirst style='margin-left:22.0pt;text-indent:-22.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
lang=EN-US style='font-family:Wingdings;mso-list:Ignore'>l<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span><![endif]>绿茶</p>
<p class=MsoListParagraphCxSpMiddle style='margin-left:44.0pt;text-indent:-22.0pt;mso-list:l0 level2 lfo1'><![if !supportLists]><span
lang=EN-US style='font-family:Wingdings;mso-list:Ignore'>n<span style='font:7.0pt "Times New Roman"'>&nbsp; </span></span><![endif]>龙井</p>
<p class=MsoListParagraphCxSpLast style='margin-left:22.0pt;text-indent:-22.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
lang=EN-US style='font-family:Wingdings;mso-list:Ignore'>l<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span><![endif]>红茶</p>
<p class=MsoNormal>怎么来：</p>
<p class=MsoListParagraph style='margin-left:18.0pt;text-indent:-18.0pt;mso-list:l1 level1 lfo2'><![if !supportLists]><span
lang=EN-US style='mso-list:Ignore'>1.<span style='font:7.0pt "Times New Roman"'>&nbsp; </span></span><![endif]>坐船到码头</p>
<p class=MsoListParagraph style='margin-left:18.0pt;text-indent:-18.0pt;mso-list:l1 level1 lfo2'><![if !supportLists]><span
lang=EN-US style='mso-list:Ignore'>2.<span style='font:7.0pt "Times New Roman"'>&nbsp; </span></span><![endif]>步行五分钟，见<a href="https://tea.example/map"><span style='color:#0563C1'>地图</span></a></p>
<table class=MsoTableGrid border=1 cellspacing=0 cellpadding=0 style='border-collapse:collapse;mso-yfti-tbllook:1184'>
<tr style='mso-yfti-irow:0'><td width=200 valign=top style='width:150pt;border:solid windowtext 1.0pt'><p class=MsoNormal><b>日期</b></p></td>
<td width=200 style='border:solid windowtext 1.0pt'><p class=MsoNormal><b>时间</b></p></td></tr>
<tr><td><p class=MsoNormal>周六</p></td><td><p class=MsoNormal>10:00<span lang=EN-US>–</span>22:00</p></td></tr></table>
<p class=MsoNormal><img width=553 height=311 src="file:///C:/Temp/msohtmlclip1/01/clip_image001.png" v:shapes="图片_x0020_1"></p>
<!--EndFragment--></body></html>`;

export const WEB = `<meta charset='utf-8'><div class="article-wrap" style="font-family: Georgia; max-width: 640px" onclick="track()">
<script>track()</script><header><h2 style="color: rgb(10,10,10)">街角的茶</h2></header><div class="lead"><span style="font-weight: 700">记者</span>报道：
<span style="background: url(https://ads.example/x.png); color: red">清晨六点</span>，炉火已经<em>烧旺</em>。</div>
<div>第二段，<a href="https://news.example/a?b=1&amp;c=2" target="_blank">相关报道</a>，<a href="javascript:alert(1)">不要点</a>。</div>
<figure><img src="https://img.example/tea.jpg" alt="茶" width="800"><figcaption>炉边</figcaption></figure>
<img src="https://stats.example/dot.gif" width="1" height="1"><iframe src="https://ads.example"></iframe>
<blockquote class="pull"><p>茶要慢慢喝。</p></blockquote></div>`;

/** Pastes HTML where the cursor is. */
export function paste(page, html) {
  return page.locator("#page").evaluate((target, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/html", text);
    clipboardData.setData("text/plain", "x");
    target.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, html);
}

/** Drops a picture in the middle of what the selector names. */
export function drop(page, selector, bytes, name = "photo.png") {
  return page.locator(selector).evaluate((target, [text, called]) => {
    const file = new File([Uint8Array.from(atob(text), (char) => char.charCodeAt(0))], called, { type: "image/png" });
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(file);
    const box = target.getBoundingClientRect();
    const place = { clientX: box.x + box.width / 2, clientY: box.y + 20 };
    target.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true, ...place }));
  }, [bytes.toString("base64"), name]);
}
