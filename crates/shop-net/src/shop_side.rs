//! The shop role's side: visitors from every entry in one queue, and dialling by purpose.

use std::{
    fs::File,
    io,
    os::fd::OwnedFd,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{net::UnixStream, sync::mpsc};
use tokio_util::task::TaskTracker;

use crate::{
    BoxStream,
    link::{self, Ingress, Link, LinkError, Message},
    outbound::{Target, Via},
    pair, tls,
};

/// Events on their way. Small: what waits here is a visitor who is not served.
const QUEUE: usize = 64;

/// Somebody at a door.
#[derive(Debug)]
pub struct ClientConnection {
    /// Entry they came in by.
    pub door: Ingress,
    /// Circuit; at the preview, a number for this connection alone; on the clear web, one that
    /// stands for an address.
    pub circuit: u64,
    /// Stream to and from the visitor.
    pub stream: UnixStream,
}

/// Event that reaches the shop role.
#[derive(Debug)]
pub enum Event {
    /// Somebody is here.
    Visit(ClientConnection),
    /// Read the catalogue again.
    Reload,
    /// A question of the program, and where its answer is to be written.
    Ask(serde_json::Value, UnixStream),
    /// The program's own word to this role.
    Word(serde_json::Value),
    /// Answer with [`Reporter::alive`]: the supervisor asks whether the role still does its work.
    Ping,
    /// Finish what is open, then end. Also when the supervisor is gone.
    Stop,
}

/// The shop role's links.
#[derive(Debug)]
pub struct ShopSide {
    events: mpsc::Receiver<Event>,
    dialer: Dialer,
}

impl ShopSide {
    /// Takes over `link`, whose plan has been read, and serves `targets` to the dialers.
    #[must_use]
    pub fn start(link: Link, targets: Vec<Target>) -> Self {
        let (sender, events) = mpsc::channel(QUEUE);
        let doors = Arc::new(Links { supervisor: Arc::new(link), tor: Mutex::default() });
        TaskTracker::new().spawn(hear_supervisor(Arc::clone(&doors), sender));
        Self { events, dialer: Dialer { doors, targets: targets.into() } }
    }

    /// Returns the next event. After [`Event::Stop`] it is [`Event::Stop`] for ever.
    pub async fn next(&mut self) -> Event {
        match self.events.recv().await {
            None | Some(Event::Stop) => {
                self.events.close();
                Event::Stop
            }
            Some(event) => event,
        }
    }

    /// Dials by purpose.
    #[must_use]
    pub fn dialer(&self) -> Dialer {
        self.dialer.clone()
    }

    /// Returns the sender of messages to the supervisor and the tor role.
    #[must_use]
    pub fn reporter(&self) -> Reporter {
        Reporter { doors: Arc::clone(&self.dialer.doors) }
    }
}

/// Connects to the places on the allow-list, through whichever door leads there.
#[derive(Clone, Debug)]
pub struct Dialer {
    doors: Arc<Links>,
    targets: Arc<[Target]>,
}

impl Dialer {
    /// Connects to the target of `purpose`, with TLS where the target asks for it.
    ///
    /// # Errors
    /// `NotFound`: no such purpose. `NotConnected`: the door is not there (yet). A target that
    /// cannot be reached is noticed as an end of the stream: at the first read, or during TLS.
    pub async fn dial(&self, purpose: &str) -> io::Result<BoxStream> {
        let target = self.target(purpose).ok_or(io::ErrorKind::NotFound)?;
        let door = match target.via() {
            Via::Tor => self.doors.tor().ok_or(io::ErrorKind::NotConnected)?,
            Via::Loopback | Via::Carrier => Arc::clone(&self.doors.supervisor),
        };
        let (ours, theirs) = pair::new()?;
        let dial = Message::Dial { purpose: purpose.to_owned() };
        door.send(&dial, Some(theirs)).await.map_err(|_| io::ErrorKind::NotConnected)?;
        let stream: BoxStream = Box::new(ours);
        if target.tls() { tls::connect(target.host(), stream).await } else { Ok(stream) }
    }

    /// Returns the target of `purpose`, if it is on the list.
    #[must_use]
    pub fn target(&self, purpose: &str) -> Option<&Target> {
        self.targets.iter().find(|target| target.purpose() == purpose)
    }
}

/// Sender of the shop role's messages to others.
#[derive(Clone, Debug)]
pub struct Reporter {
    doors: Arc<Links>,
}

impl Reporter {
    /// Tells the supervisor. If it is gone, so is this role soon.
    pub async fn tell(&self, message: &Message) {
        let _ = self.doors.supervisor.send(message, None).await;
    }

    /// Answers [`Event::Ping`].
    pub async fn alive(&self) {
        self.tell(&Message::Pong).await;
    }

    /// Asks the supervisor for a process that reads pictures, and returns a stream to it.
    /// One that cannot be started is noticed as the end of the stream.
    ///
    /// # Errors
    /// The system is out of file descriptors, or the supervisor is gone.
    pub async fn pictures(&self) -> io::Result<std::os::unix::net::UnixStream> {
        let (ours, theirs) = pair::blocking()?;
        let sent = self.doors.supervisor.send(&Message::Pictures, Some(theirs)).await;
        sent.map_err(|_| io::ErrorKind::NotConnected)?;
        Ok(ours)
    }

    /// Asks the supervisor to open a file for reading which this process may not open itself, and
    /// returns the stream that [`wait_for_file`] finds it on.
    ///
    /// # Errors
    /// The system is out of file descriptors, or the supervisor is gone.
    pub async fn open_file(&self, path: &Path) -> io::Result<std::os::unix::net::UnixStream> {
        let (ours, theirs) = pair::blocking()?;
        let open = Message::OpenFile { path: path.to_owned() };
        let sent = self.doors.supervisor.send(&open, Some(theirs)).await;
        sent.map_err(|_| io::ErrorKind::NotConnected)?;
        Ok(ours)
    }

    /// Asks the door to end a circuit that abuses us, with all its streams.
    /// On the clear web, that is a visitor; nobody is ended at the preview.
    pub async fn end_circuit(&self, door: Ingress, circuit: u64) {
        let link = match door {
            Ingress::Onion => self.doors.tor(),
            Ingress::Clear => Some(Arc::clone(&self.doors.supervisor)),
            Ingress::Preview => None,
        };
        if let Some(link) = link {
            let _ = link.send(&Message::EndCircuit { circuit }, None).await;
        }
    }
}

/// Waits, at most `patience`, for the file that was asked for with [`Reporter::open_file`].
///
/// # Errors
/// `PermissionDenied`: the supervisor does not give it. Others: it did not answer.
pub fn wait_for_file(
    stream: &std::os::unix::net::UnixStream,
    patience: Duration,
) -> io::Result<File> {
    stream.set_read_timeout(Some(patience))?;
    link::receive_file(stream)
}

/// Passes a file on to the shop role; the supervisor's part.
pub fn pass_file(end: &OwnedFd, file: File) {
    link::send_file(end, file.into());
}

/// The links this role has. The one to the tor role comes, and comes anew when that role
/// restarts.
#[derive(Debug)]
struct Links {
    supervisor: Arc<Link>,
    tor: Mutex<Option<Arc<Link>>>,
}

impl Links {
    fn tor(&self) -> Option<Arc<Link>> {
        self.tor.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn replace_tor(&self, link: Arc<Link>) {
        *self.tor.lock().unwrap_or_else(PoisonError::into_inner) = Some(link);
    }
}

/// Reads the supervisor's link until told to stop, or until nobody listens or speaks.
async fn hear_supervisor(doors: Arc<Links>, events: mpsc::Sender<Event>) {
    let tasks = TaskTracker::new();
    loop {
        let event = match doors.supervisor.recv().await {
            Ok((Message::Door, Some(fd))) => {
                if let Ok(link) = Link::from_fd(fd) {
                    let link = Arc::new(link);
                    doors.replace_tor(Arc::clone(&link));
                    tasks.spawn(hear_tor(link, Arc::clone(&doors), events.clone()));
                }
                continue;
            }
            Ok((Message::Visit { door, circuit }, Some(fd))) => match pair::from_fd(fd) {
                Ok(stream) => Event::Visit(ClientConnection { door, circuit, stream }),
                Err(_) => continue,
            },
            Ok((Message::Ask(question), Some(fd))) => match pair::from_fd(fd) {
                Ok(stream) => Event::Ask(question, stream),
                Err(_) => continue,
            },
            Ok((Message::Reload, _)) => Event::Reload,
            Ok((Message::Ping, _)) => Event::Ping,
            Ok((Message::Word(word), _)) => Event::Word(word),
            Ok((Message::Stop, _)) | Err(LinkError::Closed | LinkError::Io(_)) => break,
            Ok(_) | Err(_) => continue,
        };
        if events.send(event).await.is_err() {
            return;
        }
    }
    let _ = events.send(Event::Stop).await;
}

/// Reads the tor role's link.
/// That role may say one thing here: somebody is at the onion door.
async fn hear_tor(link: Arc<Link>, doors: Arc<Links>, events: mpsc::Sender<Event>) {
    loop {
        match link.recv().await {
            Ok((Message::Visit { circuit, .. }, Some(fd))) => {
                let Ok(stream) = pair::from_fd(fd) else { continue };
                let visit = ClientConnection { door: Ingress::Onion, circuit, stream };
                if events.send(Event::Visit(visit)).await.is_err() {
                    return;
                }
            }
            Err(LinkError::Closed | LinkError::Io(_)) => break,
            Ok(_) | Err(_) => {}
        }
    }
    // Unless the supervisor has brought a newer link already.
    let mut tor = doors.tor.lock().unwrap_or_else(PoisonError::into_inner);
    if tor.as_ref().is_some_and(|current| Arc::ptr_eq(current, &link)) {
        *tor = None;
    }
}

#[cfg(test)]
mod tests;
