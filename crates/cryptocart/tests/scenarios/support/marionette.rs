//! Marionette, Firefox's own remote control: JSON behind its length, over loopback.

use serde_json::{Value, json};
use std::{
    io::{BufReader, Error, Read, Result, Write},
    net::TcpStream,
    time::Duration,
};

/// The key WebDriver gives an element's handle under.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser that is listening.
pub(crate) struct Marionette {
    stream: BufReader<TcpStream>,
    asked: u64,
}

/// An element of the page that is shown, until another one is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Element(String);

impl Marionette {
    /// Connects, and reads the greeting.
    pub(crate) fn at(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        let mut marionette = Self { stream: BufReader::new(stream), asked: 0 };
        marionette.read()?;
        Ok(marionette)
    }

    /// Sends one command, and returns its result.
    pub(crate) fn ask(&mut self, command: &str, parameters: &Value) -> Result<Value> {
        self.asked += 1;
        let message = json!([0, self.asked, command, parameters]).to_string();
        write!(self.stream.get_mut(), "{}:{message}", message.len())?;
        let mut answer = self.read()?;
        match answer[2].take() {
            Value::Null => Ok(answer[3].take()),
            error => Err(Error::other(format!("{}: {}", error["error"], error["message"]))),
        }
    }

    /// Sends one command about an element.
    pub(crate) fn ask_of(
        &mut self,
        element: &Element,
        command: &str,
        mut parameters: Value,
    ) -> Result<Value> {
        parameters["id"] = json!(element.0);
        self.ask(command, &parameters)
    }

    fn read(&mut self) -> Result<Value> {
        let mut length = 0;
        loop {
            let mut byte = [0];
            self.stream.read_exact(&mut byte)?;
            match byte[0] {
                b':' => break,
                digit => length = length * 10 + usize::from(digit - b'0'),
            }
        }
        let mut message = vec![0; length];
        self.stream.read_exact(&mut message)?;
        serde_json::from_slice(&message).map_err(Error::other)
    }
}

impl Element {
    /// Reads an element from an answer.
    pub(crate) fn from(answer: &Value) -> Option<Self> {
        answer[ELEMENT].as_str().map(|handle| Self(handle.to_owned()))
    }
}
