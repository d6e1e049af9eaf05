//! One SMTP dialogue of the sink (RFC 5321): lenient with the order of commands, exact with line ends.

use std::io;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::cli::demo::sink::{Act, Options, Received, State, Step};

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

struct Dialogue<'a> {
    stream: BufReader<Box<dyn Stream>>,
    options: &'a Options,
    state: &'a State,
    tls: bool,
    mail: String,
    recipients: Vec<String>,
}

/// What the next line may do.
enum Next {
    Go,
    UpgradeToTls,
    Close,
}

/// Talks to one client until it quits, or behaviour says otherwise.
pub(super) async fn hold(stream: TcpStream, options: &Options, state: &State) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut dialogue = Dialogue {
        stream: BufReader::new(Box::new(stream)),
        options,
        state,
        tls: false,
        mail: String::new(),
        recipients: Vec::new(),
    };
    if let Next::Close = dialogue
        .answer(Step::Connect, "220 sink.example ESMTP")
        .await?
    {
        return Ok(());
    }
    loop {
        let Some(line) = dialogue.line().await? else {
            return Ok(());
        };
        match dialogue.command(&String::from_utf8_lossy(&line)).await? {
            Next::Go => {}
            Next::Close => return Ok(()),
            Next::UpgradeToTls => dialogue = dialogue.upgraded().await?,
        }
    }
}

impl Dialogue<'_> {
    /// One line without its line end; `None` when the client has gone. Only CRLF ends a line.
    async fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            if self.stream.read_until(b'\n', &mut line).await? == 0 {
                return Ok(None);
            }
        }
        line.truncate(line.len() - 2);
        Ok(Some(line))
    }

    async fn say(&mut self, reply: &str) -> io::Result<()> {
        let line = format!("{reply}\r\n");
        let at_a_time = if self.options.drips { 1 } else { line.len() };
        for piece in line.as_bytes().chunks(at_a_time) {
            self.stream.get_mut().write_all(piece).await?;
            self.stream.get_mut().flush().await?;
        }
        Ok(())
    }

    /// The usual reply, or whatever the manners say.
    async fn answer(&mut self, step: Step, usual: &str) -> io::Result<Next> {
        match self.state.manner_at(|at| fits(at, &step)) {
            None => self.say(usual).await.map(|()| Next::Go),
            Some(Act::Say(reply)) => {
                self.say(&reply).await?;
                let closing = reply.starts_with("421");
                Ok(if closing { Next::Close } else { Next::Go })
            }
            Some(Act::HangUp | Act::TakeAndHangUp) => Ok(Next::Close),
            Some(Act::Hang) => std::future::pending().await,
        }
    }

    async fn command(&mut self, line: &str) -> io::Result<Next> {
        let (verb, rest) = line.split_once([' ', ':']).unwrap_or((line, ""));
        let path = rest.split_once(':').map_or(rest, |(_, path)| path).trim();
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => self.greet().await,
            "STARTTLS" => self.start_tls().await,
            "MAIL" => {
                self.recipients.clear();
                path.clone_into(&mut self.mail);
                self.answer(Step::Mail, "250 2.1.0 ok").await
            }
            "RCPT" => self.recipient(path).await,
            "DATA" => self.data().await,
            "AUTH" => self.say("235 2.7.0 ok").await.map(|()| Next::Go),
            "QUIT" => self.say("221 2.0.0 bye").await.map(|()| Next::Close),
            "RSET" | "NOOP" | "HELO" => self.say("250 2.0.0 ok").await.map(|()| Next::Go),
            _ => self.say("500 5.5.1 what is that").await.map(|()| Next::Go),
        }
    }

    async fn greet(&mut self) -> io::Result<Next> {
        let mut lines = vec!["sink.example".to_owned()];
        lines.extend(self.options.extensions.iter().cloned());
        if self.options.tls.is_some() && !self.tls {
            lines.push("STARTTLS".to_owned());
        }
        let last = lines.len() - 1;
        for (place, line) in lines.iter().enumerate() {
            let mark = if place == last { ' ' } else { '-' };
            self.say(&format!("250{mark}{line}")).await?;
        }
        Ok(Next::Go)
    }

    async fn start_tls(&mut self) -> io::Result<Next> {
        if self.options.tls.is_none() || self.tls {
            return self.say("502 5.5.1 no TLS").await.map(|()| Next::Go);
        }
        let usual = "220 2.0.0 go ahead";
        match self.state.manner_at(|at| *at == Step::StartTls) {
            None => self.say(usual).await.map(|()| Next::UpgradeToTls),
            // In one segment with what follows it, as an attacker would inject it.
            Some(Act::Say(reply)) => {
                self.say(&reply).await?;
                let agreed = reply.starts_with("220");
                Ok(if agreed { Next::UpgradeToTls } else { Next::Go })
            }
            Some(Act::Hang) => std::future::pending().await,
            Some(Act::HangUp | Act::TakeAndHangUp) => Ok(Next::Close),
        }
    }

    async fn upgraded(self) -> io::Result<Self> {
        let Some(acceptor) = &self.options.tls else {
            return Err(io::Error::other("there is no certificate"));
        };
        let stream = acceptor.accept(self.stream.into_inner()).await?;
        Ok(Self {
            stream: BufReader::new(Box::new(stream)),
            tls: true,
            mail: String::new(),
            recipients: Vec::new(),
            ..self
        })
    }

    async fn recipient(&mut self, path: &str) -> io::Result<Next> {
        let refused = {
            let manners = super::lock(&self.state.manners);
            manners.iter().any(|manner| {
                manner.times != Some(0) && fits(&manner.step, &Step::Recipient(path.to_owned()))
            })
        };
        if !refused {
            self.recipients.push(path.to_owned());
        }
        self.answer(Step::Recipient(path.to_owned()), "250 2.1.5 ok")
            .await
    }

    async fn data(&mut self) -> io::Result<Next> {
        if self.recipients.is_empty() {
            return self
                .say("554 5.5.1 no valid recipients")
                .await
                .map(|()| Next::Go);
        }
        if let Some(act) = self.state.manner_at(|at| *at == Step::Data) {
            return self.act(act).await;
        }
        self.say("354 go ahead").await?;
        let Some(message) = self.message().await? else {
            return Ok(Next::Close);
        };
        self.end_of(message).await
    }

    async fn end_of(&mut self, message: Vec<u8>) -> io::Result<Next> {
        let received = Received {
            mail: std::mem::take(&mut self.mail),
            recipients: std::mem::take(&mut self.recipients),
            message,
            tls: self.tls,
        };
        match self.state.manner_at(|at| *at == Step::Dot) {
            Some(Act::TakeAndHangUp) => {
                self.state.take(received);
                Ok(Next::Close)
            }
            Some(act) => self.act(act).await,
            None => {
                // Kept before it is confirmed: a test that waits for it may go on at once.
                self.state.take(received);
                self.say("250 2.0.0 kept").await.map(|()| Next::Go)
            }
        }
    }

    /// The message up to its dot; `None` when the client went away or behaviour cuts it short.
    async fn message(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut message = Vec::new();
        loop {
            let Some(line) = self.line().await? else {
                return Ok(None);
            };
            if line == b"." {
                return Ok(Some(message));
            }
            message.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
            message.extend_from_slice(b"\r\n");
            match self.state.manner_at(|at| *at == Step::Body) {
                None => {}
                Some(Act::Hang) => return std::future::pending().await,
                Some(Act::Say(_) | Act::HangUp | Act::TakeAndHangUp) => return Ok(None),
            }
        }
    }

    async fn act(&mut self, act: Act) -> io::Result<Next> {
        match act {
            Act::Say(reply) => {
                self.say(&reply).await?;
                let closing = reply.starts_with("421");
                Ok(if closing { Next::Close } else { Next::Go })
            }
            Act::HangUp | Act::TakeAndHangUp => Ok(Next::Close),
            Act::Hang => std::future::pending().await,
        }
    }
}

fn fits(manner: &Step, here: &Step) -> bool {
    match (manner, here) {
        (Step::Recipient(part), Step::Recipient(path)) => path.contains(part.as_str()),
        (manner, here) => manner == here,
    }
}
