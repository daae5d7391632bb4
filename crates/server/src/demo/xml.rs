//! As much XML as the demo bot needs: reading a push, writing three kinds of answer.
use anyhow::{Result, bail};
use quick_xml::Reader;
use quick_xml::events::Event;

/// What the bot reads of a push.
#[derive(Debug, Default)]
pub struct Push {
    to: String,
    from: String,
    /// `text`, `image`, `location`, `event`.
    pub kind: String,
    /// The text.
    pub content: String,
    /// The event's name.
    pub event: String,
    /// The event's key.
    pub event_key: String,
    /// A place's name.
    pub label: String,
}

impl Push {
    /// Reads the elements right below the root.
    pub fn read(body: &[u8]) -> Result<Self> {
        let mut push = Self::default();
        let mut reader = Reader::from_reader(body);
        let mut inside: Vec<String> = Vec::new();
        let mut buffer = Vec::new();
        loop {
            match reader.read_event_into(&mut buffer)? {
                Event::Start(start) => {
                    inside.push(start.name().as_ref().to_owned());
                }
                Event::End(_) => drop(inside.pop()),
                Event::Text(text) => push.keep(&inside, &text),
                Event::CData(text) => push.keep(&inside, &text),
                Event::Eof => break,
                _ => {}
            }
            buffer.clear();
        }
        if push.from.is_empty() || push.kind.is_empty() {
            bail!("a push without sender or type");
        }
        Ok(push)
    }

    fn keep(&mut self, inside: &[String], text: &str) {
        let [_, name] = inside else { return };
        let field = match name.as_str() {
            "ToUserName" => &mut self.to,
            "FromUserName" => &mut self.from,
            "MsgType" => &mut self.kind,
            "Content" => &mut self.content,
            "Event" => &mut self.event,
            "EventKey" => &mut self.event_key,
            "Label" => &mut self.label,
            _ => return,
        };
        field.push_str(text);
    }

    fn answer(&self, kind: &str, rest: &str) -> String {
        format!(
            "<xml><ToUserName>{}</ToUserName><FromUserName>{}</FromUserName>\
             <CreateTime>0</CreateTime><MsgType>{kind}</MsgType>{rest}</xml>",
            self.from, self.to
        )
    }
}

fn cdata(text: &str) -> String {
    format!("<![CDATA[{}]]>", text.replace("]]>", "]]]]><![CDATA[>"))
}

/// Answers with text.
pub fn text(push: &Push, text: &str) -> String {
    push.answer("text", &format!("<Content>{}</Content>", cdata(text)))
}

/// Answers with a stored picture.
pub fn image(push: &Push, media_id: &str) -> String {
    push.answer("image", &format!("<Image><MediaId>{}</MediaId></Image>", cdata(media_id)))
}

/// Answers with a card that leads to the follower page.
pub fn news(push: &Push, base: &str) -> String {
    let card = format!(
        "<ArticleCount>1</ArticleCount><Articles><item><Title>Spring picking</Title>\
         <Description>Dragon Well, White Peony and a smoky Lapsang, by the pot.</Description>\
         <PicUrl></PicUrl><Url>{}</Url></item></Articles>",
        cdata(&format!("{base}/app"))
    );
    push.answer("news", &card)
}
