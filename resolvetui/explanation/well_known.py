"""Names of widely used projects, so that a slip of the finger can be told from an unknown name.

Most indexes cannot list their names, or only as one page of many megabytes. A name from here is
only a guess at what was meant: whoever shows it asks the index about it first.
"""

from __future__ import annotations

from resolvetui.model.names import PackageName

_NAMES = """
absl-py accelerate aiobotocore aiofiles aiohttp aiosignal airflow alabaster alembic altair amqp
annotated-types ansible ansible-core anthropic antlr4-python3-runtime anyio apache-airflow
apache-beam appdirs argcomplete argon2-cffi arrow asgiref asn1crypto astroid asttokens astropy
async-timeout asyncpg atomicwrites attrs authlib autopep8 awscli azure-common azure-core
azure-identity azure-storage-blob babel backcall backoff bcrypt beautifulsoup4 billiard biopython
bitsandbytes black bleach blinker bokeh boto boto3 botocore bottle build cachecontrol cachetools
catboost celery certifi cffi chardet charset-normalizer cheroot cherrypy chromadb click
cloudpickle cmake colorama colorlog conan coloredlogs commonmark configparser contourpy coverage
croniter cryptography cssselect cupy cycler cython dash dask databricks-sdk dataclasses-json
datasets dateparser debugpy decorator defusedxml deepspeed deprecated diffusers dill discord-py
distlib distributed django django-cors-headers django-filter djangorestframework dnspython docker
docopt docutils dulwich duckdb einops elasticsearch email-validator entrypoints et-xmlfile
exceptiongroup executing fabric faiss-cpu faker fastapi fastjsonschema fastparquet filelock fiona
flake8 flask flask-cors flask-login flask-migrate flask-sqlalchemy flask-wtf flatbuffers fonttools
frozenlist fsspec future gast gensim geopandas gevent gitdb gitpython google-api-core
google-api-python-client google-auth google-cloud-bigquery google-cloud-storage
googleapis-common-protos gql gradio graphene graphql-core graphviz greenlet grpcio grpcio-tools
gunicorn gym gymnasium h11 h2 h5py hatch hatchling hiredis httpcore httptools httpx
huggingface-hub humanize hypothesis idna imageio importlib-metadata importlib-resources inflect
iniconfig installer invoke ipykernel ipython ipywidgets isodate isort itsdangerous jax jaxlib
jedi jinja2 jira jmespath joblib json5 jsonpatch jsonpickle jsonschema jupyter jupyter-client
jupyter-core jupyter-server jupyterlab kafka-python keras keyring kiwisolver kombu kubernetes
langchain langchain-core langchain-openai lightgbm lightning litellm llama-index llvmlite locust
loguru lxml lz4 mako markdown markdown-it-py markupsafe marshmallow matplotlib matplotlib-inline
maturin mccabe mdurl meson minio mistune mkdocs mkdocs-material mlflow mock more-itertools moto
mpmath msal msgpack msgspec multidict mypy mypy-extensions mysqlclient nbconvert nbformat
nest-asyncio networkx ninja nltk nose notebook nox numba numexpr numpy oauthlib omegaconf onnx
onnxruntime openai opencv-python opencv-python-headless openpyxl opentelemetry-api
opentelemetry-sdk optuna orjson oscrypto packaging pandas pandocfilters paramiko parso
partd paste pathspec patsy pdfminer-six pdm peewee peft pendulum pexpect phonenumbers pickleshare
pika pillow pip pipdeptree pipenv pip-tools pipx pkginfo platformdirs playwright plotly pluggy
poetry poetry-core polars portalocker pre-commit prettytable prometheus-client prompt-toolkit
protobuf psutil psycopg psycopg2 psycopg2-binary ptyprocess pure-eval py py4j pyarrow pyasn1
pybind11 pycodestyle pycparser pycryptodome pycryptodomex pydantic pydantic-core
pydantic-settings pydot pyflakes pygame pygithub pygments pyinstaller pyjwt pylint pymongo pymssql
pymysql pynacl pyodbc pyopenssl pyparsing pypdf pypdf2 pyperclip pyproj pyproject-hooks pyqt5
pyqt6 pyserial pyside6 pysocks pyspark pytest pytest-asyncio pytest-cov pytest-mock pytest-xdist
python-dateutil python-docx python-dotenv python-jose python-magic python-multipart python-pptx
python-slugify pytorch-lightning pytz pywavelets pyyaml pyzmq qrcode rasterio ray redis regex
reportlab requests requests-mock requests-oauthlib requests-toolbelt retrying rich rope rpds-py
rsa ruamel-yaml ruff s3fs s3transfer safetensors sanic scikit-image scikit-learn scipy scrapy
seaborn selenium semver sentence-transformers sentencepiece sentry-sdk setuptools setuptools-scm
shapely shellingham six sklearn slack-sdk smart-open sniffio snowflake-connector-python
sortedcontainers soupsieve spacy sphinx sphinx-rtd-theme sqlalchemy sqlglot sqlmodel sqlparse
stack-data starlette statsmodels streamlit stripe structlog sympy tables tabulate tblib tenacity
tensorboard tensorflow tensorflow-cpu termcolor testcontainers textual tf-keras thinc threadpoolctl
tifffile tiktoken timm tokenizers toml tomli tomlkit toolz torch torchaudio torchmetrics
torchvision tornado tox tqdm traitlets transformers trio triton trl twine twisted typeguard typer
types-requests typing-extensions tzdata tzlocal ujson umap-learn unidecode uritemplate urllib3 uv
uvicorn uvloop vcrpy virtualenv vllm wandb watchdog watchfiles wcwidth webencodings websocket-client
websockets werkzeug wheel widgetsnbextension wrapt wtforms xarray xformers xgboost xlrd xlsxwriter
xmltodict yapf yarl zeep zipp zope-interface zstandard
"""


def well_known_names() -> tuple[PackageName, ...]:
    """Canonical names, sorted."""
    return tuple(PackageName(name) for name in _NAMES.split())
